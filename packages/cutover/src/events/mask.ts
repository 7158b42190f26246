import { type Bare, readings } from './control.ts';

/** What stands in an output where a secret value stood. */
export const maskMark = '***';

/**
 * Values shorter than this many characters are left as they are: masking `1` or `on` wherever it occurs makes the
 * output unreadable and so gives the value away.
 */
const shortestMasked = 4;

/** Masks secrets in one stream of text, such as the output of one step. */
export interface Mask {
  /** The text that can be shown now. Text that may be the beginning of a secret is kept back until more has come. */
  push(text: string): string;
  /** What was kept back, at the end of the stream. */
  end(): string;
}

/**
 * A mask for text that comes in pieces: every character that belongs to an occurrence of a secret is masked, however the
 * stream was cut, and whatever a tool has put into it of which nothing is shown, such as colours, titles and links. Of a value of several lines each line of 8 characters and more is a secret of its own, because tools
 * print it line by line. Values in another encoding (base64, percent) are not recognised.
 */
export function maskSecrets(values: readonly string[]): Mask {
  const secrets = secretsOf(values);
  let held = '';
  /** How many characters of `held` belong to an occurrence that began before or in it. */
  let covered = 0;
  /** Whether what was given out last is a mark that the next covered character still belongs to. */
  let isOpen = false;

  const give = (text: string, keepFrom: number, runs: readonly Run[]): string => {
    const shown = masked(text.slice(0, keepFrom), runs, isOpen);
    if (keepFrom > 0) isOpen = runs.some((run) => run.from < keepFrom && keepFrom <= run.to);
    covered = Math.max(0, ...runs.filter((run) => run.from <= keepFrom).map((run) => run.to - keepFrom));
    held = text.slice(keepFrom);
    return shown;
  };

  return {
    push(text) {
      const whole = held + text;
      const readable = readings(whole);
      return give(whole, possibleBeginning(readable, secrets), runsIn(readable, secrets, covered));
    },
    end() {
      const whole = held;
      return give(whole, whole.length, runsIn(readings(whole), secrets, covered));
    },
  };
}

/** A stretch of text that is masked, from its first character to the one after its last. */
interface Run {
  readonly from: number;
  readonly to: number;
}

function secretsOf(values: readonly string[]): readonly string[] {
  const whole = values.flatMap((value) => [value, ...linesOf(value)]);
  const parts = whole.flatMap((part) => readings(part).map(({ text }) => text));
  return [...new Set(parts)].filter((part) => part.length >= shortestMasked);
}

function linesOf(value: string): string[] {
  const rows = value.split(/\r?\n/).map((row) => row.trim());
  return rows.length < 2 ? [] : rows.filter((row) => row.length >= 8);
}

/** Where secrets stand, in order, those that touch joined to one. */
function runsIn(readable: readonly Bare[], secrets: readonly string[], covered: number): readonly Run[] {
  const found = readable.flatMap((each) => secrets.flatMap((secret) => occurrences(each, secret)));
  if (covered > 0) found.push({ from: 0, to: covered });
  return joined(found.sort((a, b) => a.from - b.from));
}

function occurrences({ text, at }: Bare, secret: string): Run[] {
  const runs: Run[] = [];
  for (let from = text.indexOf(secret); from >= 0; from = text.indexOf(secret, from + 1)) {
    runs.push({ from: at(from), to: at(from + secret.length - 1) + 1 });
  }
  return runs;
}

function joined(runs: readonly Run[]): Run[] {
  const all: Run[] = [];
  for (const run of runs) {
    const last = all.at(-1);
    if (last !== undefined && run.from <= last.to) all[all.length - 1] = { ...last, to: Math.max(last.to, run.to) };
    else all.push(run);
  }
  return all;
}

function masked(text: string, runs: readonly Run[], isOpen: boolean): string {
  let shown = '';
  let at = 0;
  for (const run of runs.filter(({ from }) => from < text.length)) {
    shown += text.slice(at, run.from) + (run.from === 0 && isOpen ? '' : maskMark);
    at = run.to;
  }
  return shown + text.slice(at);
}

/** Where in the whole text its longest end begins that could be the beginning of a secret. */
function possibleBeginning(readable: readonly Bare[], secrets: readonly string[]): number {
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
