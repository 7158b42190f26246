import type { ActivationFacts } from '../model/facts.ts';
import type { HostName } from '../model/host.ts';
import { intrusionAdvice, intrusionIn } from '../model/intrusion.ts';
import { unitsOfOld } from '../model/process.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Settings } from '../model/settings.ts';
import type { Site } from './job.ts';
import { formerSentence } from './steps/keep-former.ts';

/** What a dead deployment left on the hosts and this plan puts right by the way: whole sentences, hosts with the same together. */
export function healingNotes(sites: readonly Site[]): readonly string[] {
  return together(sites, notesAt);
}

/** What was put in service behind Cutover's back since it deployed last, and is taken over by this plan. */
export function healedIntrusionNotes(sites: readonly Site[]): readonly string[] {
  return together(sites, ({ facts }) => {
    const intrusion = intrusionIn(facts);
    return intrusion === null
      ? []
      : [
          `${intrusion.by} put ${intrusion.release} in service, not Cutover: it is taken over, so that it can be gone back to. ${intrusionAdvice}`,
        ];
  });
}

/** Units that go on under the name that they were started by, for as long as this plan does not end them. */
export function oldUnitNotes(sites: readonly Site[], settings: Settings): readonly string[] {
  return together(sites, ({ facts }) => {
    const names = unitsOfOld(facts.processes, settings).map(({ name }) => name);
    return names.length === 0
      ? []
      : [
          `${names.join(', ')}, started by an earlier name, ${names.length === 1 ? 'goes' : 'go'} on until the next deployment ends ${names.length === 1 ? 'it' : 'them'}: until then let the unit, and its line of sudoers, stand beside what "cutover units" shows.`,
        ];
  });
}

/** Releases that are to be removed, and stay for as long as a process of theirs does. */
export function lateProcessNotes(
  sites: readonly Site[],
  leavingAt: (site: Site) => readonly ReleaseName[],
): readonly string[] {
  return together(sites, (site) => {
    const leaving = leavingAt(site);
    return site.facts.processes
      .filter(({ release, state }) => leaving.includes(release) && (state === 'runs' || state === 'unknown'))
      .map(
        ({ release, name }) =>
          `${release} is kept for as long as its ${name} runs. The next deployment tries again to end it.`,
      );
  });
}

function together(sites: readonly Site[], notesOf: (site: Site) => readonly string[]): readonly string[] {
  const told = sites.flatMap((site) => notesOf(site).map((text) => ({ text, host: site.host.name })));
  const groups = Map.groupBy(told, ({ text }) => text);
  return [...groups].map(([text, same]) => `${namesOf(same.map(({ host }) => host))}: ${text}`);
}

function notesAt({ facts, takesOver }: Site): readonly string[] {
  const { lock, activations } = facts;
  const holder = lock.kind === 'held' ? lock.holder : null;
  return [
    ...(takesOver !== null && holder !== null
      ? [
          `the lock of ${holder.deployment} (${holder.by}) is taken over: it gives no sign of life any more.`,
          ...(holder.kind === 'env' ? [formerSentence(holder.deployment)] : []),
        ]
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
