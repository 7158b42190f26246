import type { ActivationFacts, HostFacts } from '../model/facts.ts';
import { cleanWord } from './clean.ts';
import { hostList, moment, momentToCome } from './words.ts';

/** What is to be known of activations that were never confirmed, each as the end of a sentence about the host. */
export function activationNotes({ activations, clock }: Pick<HostFacts, 'activations' | 'clock'>): readonly string[] {
  return activations.flatMap((activation) => markOf(activation, Date.parse(clock)) ?? []);
}

function markOf(activation: ActivationFacts, nowMs: number): string | null {
  const { verdict, isGuarded, since } = activation;
  const release = cleanWord(activation.release);
  const back = activation.previous === null ? 'out of service' : `back to ${cleanWord(activation.previous)}`;
  if (verdict === 'confirmed') return null;
  if (verdict === 'reverted') return `went ${back} by itself: ${release} was never confirmed`;
  if (isGuarded) return `${release} is not confirmed yet: goes ${back} by itself ${dueWords(activation, nowMs)}`;
  return `${release} was put in service at ${moment(since, nowMs)} and never confirmed`;
}

/** By the host's own clock. One that was given more time since may take it. */
function dueWords({ since, withinSeconds }: ActivationFacts, nowMs: number): string {
  const dueMs = Date.parse(since) + withinSeconds * 1000;
  return dueMs > nowMs ? `at ${momentToCome(dueMs, nowMs)}` : 'any moment now';
}

/** The same of several hosts, as sentences; those with the same together. */
export function noteLines(hosts: readonly { readonly host: string; readonly notes: readonly string[] }[]): string[] {
  const told = hosts.flatMap(({ host, notes }) => notes.map((note) => ({ host, note })));
  const groups = Map.groupBy(told, ({ note }) => note);
  return [...groups].map(([note, same]) => `${hostList(same.map(({ host }) => host))}: ${note}.`);
}
