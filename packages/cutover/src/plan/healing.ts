import type { ActivationFacts } from '../model/facts.ts';
import type { HostName } from '../model/host.ts';
import type { Site } from './job.ts';

/** What a dead deployment left on the hosts and this plan puts right by the way: whole sentences, hosts with the same together. */
export function healingNotes(sites: readonly Site[]): readonly string[] {
  const told = sites.flatMap((site) => notesAt(site).map((text) => ({ text, host: site.host.name })));
  const groups = Map.groupBy(told, ({ text }) => text);
  return [...groups].map(([text, same]) => `${namesOf(same.map(({ host }) => host))}: ${text}`);
}

function notesAt({ facts, takesOver }: Site): readonly string[] {
  const { lock, activations } = facts;
  const holder = lock.kind === 'held' ? lock.holder : null;
  return [
    ...(takesOver !== null && holder !== null
      ? [`the lock of ${holder.deployment} (${holder.by}) is taken over: it gives no sign of life any more.`]
      : []),
    ...activations.flatMap((activation) => activationNote(activation) ?? []),
  ];
}

function activationNote({ deployment, release, previous, verdict }: ActivationFacts): string | null {
  if (verdict === 'confirmed') return null;
  return verdict === 'reverted'
    ? `it went back to ${previous ?? 'nothing'} by itself, because ${release} of ${deployment} was not confirmed in time.`
    : `${release} was put in service by ${deployment} and never confirmed.`;
}

function namesOf(hosts: readonly HostName[]): string {
  return hosts.length > 4 ? `${hosts.length} hosts` : hosts.join(', ');
}
