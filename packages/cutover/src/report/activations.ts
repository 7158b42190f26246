import type { ActivationFacts, HostFacts } from '../model/facts.ts';
import { cleanWord } from './clean.ts';
import { hostList } from './words.ts';

/** What is to be known of activations that were never confirmed, each as the end of a sentence about the host. */
export function activationNotes({ activations }: Pick<HostFacts, 'activations'>): readonly string[] {
  return activations.flatMap((activation) => markOf(activation) ?? []);
}

function markOf(activation: ActivationFacts): string | null {
  const { verdict, isGuarded, withinSeconds, since } = activation;
  const release = cleanWord(activation.release);
  const back = activation.previous === null ? 'out of service' : `back to ${cleanWord(activation.previous)}`;
  if (verdict === 'confirmed') return null;
  if (verdict === 'reverted') return `went ${back} by itself: ${release} was never confirmed`;
  if (isGuarded) return `${release} is not confirmed yet: goes ${back} by itself ${withinSeconds} s after ${since}`;
  return `${release} was put in service at ${since} and never confirmed`;
}

/** The same of several hosts, as sentences; those with the same together. */
export function noteLines(hosts: readonly { readonly host: string; readonly notes: readonly string[] }[]): string[] {
  const told = hosts.flatMap(({ host, notes }) => notes.map((note) => ({ host, note })));
  const groups = Map.groupBy(told, ({ note }) => note);
  return [...groups].map(([note, same]) => `${hostList(same.map(({ host }) => host))}: ${note}.`);
}
