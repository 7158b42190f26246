import { type Reading, type Readings, readings, type Stretch } from './readings.ts';
import { UnfinishedLine } from './unfinished.ts';

/** What stands in an output where a secret value stood. */
export const maskMark = '***';

/**
 * Values shorter than this many characters are left as they are: masking `1` or `on` wherever it occurs makes the
 * output unreadable and so gives the value away.
 */
const shortestMasked = 4;

/** Masks secrets in one stream of text, such as the output of one step. */
export interface Mask {
  /** The text that can be shown now. A line that has not ended, and what may be the beginning of a secret, is kept back until more has come. */
  push(text: string): string;
  /** What was kept back, at the end of the stream. */
  end(): string;
}

/**
 * A mask for text that comes in pieces: every character that belongs to an occurrence of a secret is masked, however the
 * stream was cut, and whatever a tool has put into it of which nothing is shown, such as colours, titles, links, and what it took back. Of
 * a value of several lines each line of 8 characters and more is a secret of its own, because tools print it line by line. Values in another
 * encoding (base64, percent) are not recognised.
 */
export function maskSecrets(values: readonly string[]): Mask {
  const secrets = secretsOf(values);
  return secrets.length === 0 ? { push: (text) => text, end: () => '' } : maskOf(secrets);
}

function maskOf(secrets: readonly string[]): Mask {
  const line = new UnfinishedLine();
  let held = '';
  /** How many characters of `held` belong to an occurrence that began before or in it. */
  let covered = 0;
  /** Whether what was given out last is a mark that the next covered character still belongs to. */
  let isOpen = false;

  const give = (text: string, keepFrom: number, runs: readonly Stretch[]): string => {
    const shown = masked(text.slice(0, keepFrom), runs, isOpen);
    if (keepFrom > 0) isOpen = runs.some((run) => run.from < keepFrom && keepFrom <= run.to);
    covered = Math.max(0, (runs.findLast((run) => run.from <= keepFrom)?.to ?? 0) - keepFrom);
    held = text.slice(keepFrom);
    return shown;
  };

  return {
    push(text) {
      const ended = line.push(text);
      if (ended === '') return '';
      const whole = held + ended;
      const readable = readings(whole);
      return give(whole, possibleBeginning(readable.all, secrets), runsIn(readable, secrets, covered));
    },
    end() {
      const whole = held + line.end();
      return give(whole, whole.length, runsIn(readings(whole), secrets, covered));
    },
  };
}

function secretsOf(values: readonly string[]): readonly string[] {
  const whole = values.flatMap((value) => [value, ...linesOf(value)]);
  const parts = whole.flatMap((part) => readings(part).all.map(({ text }) => text));
  return [...new Set(parts)].filter((part) => part.length >= shortestMasked);
}

function linesOf(value: string): string[] {
  const rows = value.split(/\r?\n/).map((row) => row.trim());
  return rows.length < 2 ? [] : rows.filter((row) => row.length >= 8);
}

/** A stretch that is masked if a secret is in it. */
interface Run extends Stretch {
  readonly isSecret: boolean;
}

/** Where secrets stand, in order, those that touch joined to one. What was taken back beside them goes with them, or it would take back their mark. */
function runsIn({ all, takenBack }: Readings, secrets: readonly string[], covered: number): readonly Stretch[] {
  const found = all.flatMap((each) => secrets.flatMap((secret) => occurrences(each, secret)));
  if (covered > 0) found.push({ from: 0, to: covered });
  const runs = [...found.map(asRun(true)), ...takenBack.map(asRun(false))];
  return joined(runs.sort((a, b) => a.from - b.from)).filter(({ isSecret }) => isSecret);
}

function asRun(isSecret: boolean): (stretch: Stretch) => Run {
  return ({ from, to }) => ({ from, to, isSecret });
}

function occurrences({ text, at }: Reading, secret: string): Stretch[] {
  const found: Stretch[] = [];
  for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1)) {
    found.push({ from: at(from), to: at(from + secret.length - 1) + 1 });
  }
  return found;
}

function joined(runs: readonly Run[]): readonly Run[] {
  const all: Run[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last !== undefined && run.from <= last.to) all[all.length - 1] = both(last, run);
    else all.push(run);
  }
  return all;
}

function both(first: Run, second: Run): Run {
  return { from: first.from, to: Math.max(first.to, second.to), isSecret: first.isSecret || second.isSecret };
}

function masked(text: string, runs: readonly Stretch[], isOpen: boolean): string {
  let shown = '';
  let at = 0;
  for (const run of runs.filter(({ from }) => from < text.length)) {
    shown += text.slice(at, run.from) + (run.from === 0 && isOpen ? '' : maskMark);
    at = run.to;
  }
  return shown + text.slice(at);
}

/** Where in the whole text its longest end begins that could be the beginning of a secret. */
function possibleBeginning(readable: readonly Reading[], secrets: readonly string[]): number {
  const starts = readable.map(({ text, at }) =>
    at(Math.min(text.length, ...secrets.map((secret) => possibleStart(text, secret)))),
  );
  return Math.min(...starts);
}

function possibleStart(text: string, secret: string): number {
  const first = secret.charAt(0);
  let from = text.indexOf(first, Math.max(0, text.length - secret.length + 1));
  while (from >= 0 && !secret.startsWith(text.slice(from))) from = text.indexOf(first, from + 1);
  return from < 0 ? text.length : from;
}
