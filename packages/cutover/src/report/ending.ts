import type { Doubt } from '../events/sequence.ts';
import type { DeploymentState, HostState } from '../events/state.ts';
import { mayLeaveLock } from '../events/trouble.ts';
import { cleanWord } from './clean.ts';
import { nextLines } from './next.ts';
import { causeLines, outcomeLine } from './outcome.ts';
import { paintFor } from './paint.ts';
import { servingLines } from './serving.ts';
import { count, hostList } from './words.ts';

/** The last thing that is printed: the outcome, what is in service on each host, and what to do if not all is well. */
export function ending(state: DeploymentState, colour: boolean): string[] {
  const paint = paintFor(colour);
  const warned = (sentence: string): string => `${paint.warn('!')} ${sentence}`;
  const doubts = state.doubts.map((doubt) => warned(doubtSentence(doubt)));
  if (state.about === null) return doubts;
  return [
    outcomeLine(state, state.about, paint),
    ...[...causeLines(state), ...servingLines(state, state.about)].map(indent),
    ...leftOutLines(state).map(warned),
    ...warnings(state).map(warned),
    ...nextLines(state, state.about).map(indent),
    ...doubts,
  ];
}

/** What an unsure state is unsure of, as a sentence. */
function doubtSentence(doubt: Doubt): string {
  if (doubt.kind === 'unknown-type') {
    return `Event ${doubt.seq} is of type “${cleanWord(doubt.type)}”, which this version of Cutover does not know.`;
  }
  const which = doubt.from === doubt.to ? `Event ${doubt.from} is` : `Events ${doubt.from} to ${doubt.to} are`;
  return `${which} missing: what is shown here may not be all that happened.`;
}

/** Hosts that did not answer and that the config lets be left out. */
function leftOutLines(state: DeploymentState): string[] {
  const hosts = Object.values(state.hosts).filter(isLeftOut);
  if (hosts.length === 0 || state.outcome !== 'succeeded') return [];
  const [verb, pronoun, keeps] = hosts.length === 1 ? ['was', 'it', 'keeps'] : ['were', 'they', 'keep'];
  const names = hostList(hosts.map(({ host }) => host));
  return [
    `${names} did not answer and ${verb} left out: ${pronoun} ${keeps} what was in service, until the next deployment.`,
  ];
}

/** A host without a single step in the plan, of which nothing was heard. */
function isLeftOut(host: HostState | undefined): boolean {
  return host !== undefined && host.state === 'lost' && host.steps.length === 0;
}

/** What went wrong by itself without changing the outcome. */
function warnings(state: DeploymentState): string[] {
  const failures = state.failures.filter(({ host }) => !isLeftOut(state.hosts[host]));
  const troubles = state.outcome === 'succeeded' ? [...state.warnings, ...failures] : state.warnings;
  const locked = new Set(troubles.filter(mayLeaveLock).map(({ host }) => host));
  const others = troubles.filter((trouble) => !mayLeaveLock(trouble) && trouble.failure.kind !== 'cancelled').length;
  return [
    ...(others === 0 ? [] : [`${count(others, 'step')} failed without stopping it; see above.`]),
    ...(locked.size === 0 ? [] : [`A lock may be left on ${hostList([...locked])}.`]),
  ];
}

function indent(line: string): string {
  return `  ${line}`;
}
