import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { cleanWord, lastLines } from './clean.ts';
import { failureAdvice, failureSentence, type Place } from './sentences.ts';

/** A host that could not be looked at, and what it printed before it failed. */
export interface Unreached {
  readonly host: { readonly name: HostName };
  readonly failure: Failure;
  readonly output: string;
}

/** Hosts that could not be looked at and have the same to say, as the place where that happened; what they printed, and the advice. */
export interface Silence {
  readonly failure: Failure;
  readonly place: Place & { readonly others: readonly HostName[] };
  readonly said: readonly string[];
  readonly advice: string | null;
}

/** Why hosts could not be looked at, each reason once, with all of whom it is true. */
export function silences(unreached: readonly Unreached[]): readonly Silence[] {
  const groups = Map.groupBy(unreached, ({ failure, output }) => JSON.stringify([reasonOf(failure), output]));
  return [...groups.values()].flatMap((same) => {
    const [first, ...others] = same;
    return first === undefined ? [] : [silenceOf(first, others)];
  });
}

/** Why hosts could not be looked at, and what to do. */
export function unreachedLines(unreached: readonly Unreached[]): readonly string[] {
  return silences(unreached).flatMap(({ failure, place, said, advice }) => [
    failureSentence(failure, place),
    ...said.map((line) => `  ${line}`),
    ...(advice === null ? [] : [advice]),
  ]);
}

/** How a command goes on without the hosts that are missing: by leaving them out, where that can be, or by naming the others. */
export function goOnSentence({ missing, others, canTolerate }: Missing): string {
  const whom = missing === 1 ? 'it' : 'them';
  const spelt = others.map((host) => `--host ${cleanWord(host)}`).join(' ');
  const naming = others.length > mostSpelt ? 'name the other hosts with `--host`' : `name the others: \`${spelt}\``;
  const tolerating = `leave ${whom} out with \`--set tolerate.hosts=${missing}\` (or \`tolerate\` in the config), or `;
  return `To go on without ${whom}, ${canTolerate ? tolerating : ''}${naming}.`;
}

/** More than so many hosts are not spelt out for a command line. */
const mostSpelt = 4;

interface Missing {
  readonly missing: number;
  readonly others: readonly HostName[];
  readonly canTolerate: boolean;
}

function silenceOf({ host, failure, output }: Unreached, others: readonly Unreached[]): Silence {
  const place = { host: host.name, others: others.map((other) => other.host.name), title: null, output };
  return { failure, place, said: lastLines(output, 5, false), advice: failureAdvice(failure, place) };
}

/** The same for all of whom the same is told, whatever their names. */
function reasonOf(failure: Failure): string {
  return failureSentence(failure, { host: '', title: null });
}
