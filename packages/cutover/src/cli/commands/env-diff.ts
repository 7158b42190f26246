import { cleanWord } from '../../report/clean.ts';
import { hostList } from '../../report/words.ts';
import { withFleet } from '../connected.ts';
import { type Comparison, compare, comparisonSentence, type Words } from '../env/changes.ts';
import { parseDotenv } from '../env/dotenv.ts';
import { nameOf, readLocal } from '../env/local.ts';
import { type RemoteFile, readShared } from '../env/remote.ts';
import { type EnvOptions, type EnvTarget, envTarget } from '../env/target.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { tellUnseen } from '../telling.ts';

/** Options of `env diff`. */
export interface DiffOptions extends EnvOptions {
  /** Show values too. */
  readonly values?: boolean;
}

/** `cutover env diff [file]`: in which keys a file of this machine and the shared `.env` of the hosts differ. */
export async function envDiff(file: string | undefined, options: DiffOptions, outside: Outside): Promise<ExitCode> {
  const target = await envTarget(file, options, outside);
  if (typeof target === 'number') return target;
  const local = readLocal(target.file, outside);
  if (local.kind !== 'text') {
    outside.err(`${local.kind === 'problem' ? local.message : noFile(target, outside)}\n`);
    return Exit.usage;
  }
  const { files, unseen } = await withFleet({ settings: target.settings, outside, first: 'nothing' }, (fleet) =>
    readShared(fleet, target, new AbortController().signal),
  );
  if (unseen.length > 0) await tellUnseen(unseen, outside);
  show({ target, files, local: local.text }, options, outside);
  return unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

interface Found {
  readonly target: EnvTarget;
  readonly files: readonly RemoteFile[];
  readonly local: string;
}

function show(found: Found, options: DiffOptions, outside: Outside): void {
  const { target, files, local } = found;
  const comparisons = compare(files, local);
  if (options.json) {
    const { project, stage } = target.settings;
    outside.out(
      `${JSON.stringify({ format: 1, project, stage, file: target.file, to: target.to, comparisons }, null, 2)}\n`,
    );
    return;
  }
  if (comparisons.length === 0) return;
  outside.out(`${nameOf(target.file, outside)} here, ${target.to} there:\n`);
  const print = options.values ? withValues(found) : (one: Comparison) => [comparisonSentence(one, words)];
  for (const line of comparisons.flatMap(print)) outside.out(`${line}\n`);
}

const words: Words = {
  same: 'the same',
  missing: 'no such file',
  added: 'only here',
  changed: 'different values of',
  removed: 'only there',
};

/** Each key with its two values, `-` there and `+` here, as a diff has it that would be pushed. */
function withValues({ files, local }: Found): (one: Comparison) => readonly string[] {
  const here = parseDotenv(local);
  return (one) => {
    if (one.state === 'same') return [comparisonSentence(one, words)];
    const there = parseDotenv(files.find(({ host }) => host === one.hosts[0])?.text ?? '');
    const row = (sign: string, key: string, from: ReadonlyMap<string, string>): string =>
      `  ${sign} ${cleanWord(key)}=${cleanWord(from.get(key) ?? '')}`;
    return [
      `${hostList(one.hosts)}:`,
      ...one.removed.map((key) => row('-', key, there)),
      ...one.changed.flatMap((key) => [row('-', key, there), row('+', key, here)]),
      ...one.added.map((key) => row('+', key, here)),
    ];
  };
}

function noFile({ file }: EnvTarget, outside: Outside): string {
  return `There is no ${nameOf(file, outside)} here to compare with. Name a file, or fetch one: cutover env pull.`;
}
