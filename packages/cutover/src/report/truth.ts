import type { HostFacts } from '../model/facts.ts';
import { stateOf } from '../model/release.ts';
import { activationNotes } from './activations.ts';
import { cleanWord } from './clean.ts';
import { holderSentence, lockNotes } from './holder.ts';
import type { Named } from './naming.ts';

/** A host as it was found. */
export interface Seen {
  readonly host: { readonly name: string };
  readonly facts: HostFacts;
  readonly serves: string | null;
}

/** How every host really stands: what it serves, who holds its lock, and what deployments left that did not come to their end. */
export function truthLines(hosts: readonly Seen[], by: Named & { readonly nowMs: number }): string[] {
  return hosts.flatMap(({ host, facts, serves }) => [
    `${cleanWord(host.name)} serves ${servesWords(facts, serves)}`,
    ...[
      ...lockWords(facts, by),
      ...activationNotes(facts),
      ...halfWords(facts, serves),
      ...facts.damagedRecords.map((file) => `${cleanWord(file)} cannot be understood`),
      ...(facts.leftovers.length === 0 ? [] : [`left over: ${facts.leftovers.map(cleanWord).join(', ')}`]),
    ].map((line) => `  ${line}`),
  ]);
}

function servesWords({ current, records }: HostFacts, serves: string | null): string {
  if (current.kind === 'real') return 'what is no release: current is a real file or directory';
  if (current.kind === 'elsewhere') return `what is no release: current leads to ${cleanWord(current.target)}`;
  if (current.kind === 'release' && !current.exists)
    return `nothing: current names ${cleanWord(current.release)}, which is gone`;
  if (serves === null) return 'nothing';
  const record = records.find(({ name }) => name === serves);
  return `${cleanWord(serves)}, ${record ? `recorded as ${stateOf(record)}` : 'of which there is no record'}`;
}

function lockWords({ lock }: HostFacts, by: Named & { readonly nowMs: number }): readonly string[] {
  if (lock.kind === 'free') return [];
  if (lock.kind === 'unnamed') return ['it is locked, and the lock does not say by whom: "cutover unlock" frees it'];
  return [`it is locked. ${holderSentence(lock.holder, by.nowMs)}`, ...lockNotes(lock, by)];
}

function halfWords({ records }: HostFacts, serves: string | null): readonly string[] {
  return records
    .filter((record) => record.name !== serves && ['building', 'ready'].includes(stateOf(record)))
    .map(
      (record) => `half a release: ${cleanWord(record.name)} of ${cleanWord(record.deployment)}, ${stateOf(record)}`,
    );
}
