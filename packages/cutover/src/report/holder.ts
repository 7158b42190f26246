import type { Holder } from '../model/deployment.ts';
import type { LockFacts } from '../model/facts.ts';
import { isObject, jsonOf } from '../model/json.ts';
import { cleanWord } from './clean.ts';
import { type Named, naming } from './naming.ts';
import { durationInWords, minute, moment } from './words.ts';

/** The holder that a refused lock step printed as a line of JSON; null when the lock does not say who holds it. */
export function holderIn(output: string): Holder | null {
  const row = output.split('\n').findLast((line) => line.startsWith('{'));
  const value = jsonOf(row ?? '');
  return isHolder(value) ? value : null;
}

/** Who has the lock, since when and for what: “It is held by ann@laptop since 14:03 UTC (2 minutes ago) to deploy …”. */
export function holderSentence(holder: Holder, nowMs: number): string {
  const process = `process ${holder.pid}, deployment ${cleanWord(holder.deployment)}`;
  return `It is held by ${cleanWord(holder.by)} since ${moment(holder.since, nowMs)} for: ${cleanWord(holder.what)} (${process}).`;
}

/** Who has a lock, for a table. */
export function lockMark({ by, since }: Holder): string {
  return `locked by ${cleanWord(by)} since ${minute(since)}`;
}

/** Where the deployment that holds a lock was last, and for how long nothing was heard of it. */
export function lockNotes(lock: LockFacts, named: Named): readonly string[] {
  if (lock.kind !== 'held' || lock.owner.silentMs === null || Math.abs(lock.owner.silentMs) < quietMs) return [];
  const { holder, owner } = lock;
  const step = owner.step === null ? '' : `, which was last in the step ${cleanWord(owner.step)}`;
  const since =
    lock.owner.silentMs < 0 ? 'since the clock was set back' : `for ${durationInWords(lock.owner.silentMs)}`;
  const silence = `nothing was heard ${since} of ${cleanWord(holder.deployment)}${step}`;
  return [`${silence}; if it died, ${resumeAdvice(holder, named)}`];
}

/** What can be done about a deployment that died, as the end of a sentence. */
export function resumeAdvice({ deployment }: Holder, named: Named): string {
  return `"cutover resume ${cleanWord(deployment)} ${naming(named)}" goes on with it, on the machine where it was begun, or takes it back with --undo`;
}

/** A living deployment gives a sign every few seconds. */
const quietMs = 30_000;

function isHolder(value: unknown): value is Holder {
  const fields = ['deployment', 'kind', 'by', 'since', 'what'];
  const known = isObject(value) ? Object.entries(value) : [];
  const texts = known.filter(([name, field]) => fields.includes(name) && typeof field === 'string');
  return texts.length === fields.length && known.some(([name, field]) => name === 'pid' && typeof field === 'number');
}
