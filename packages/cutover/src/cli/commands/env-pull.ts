import { hostList } from '../../report/words.ts';
import { agreed } from '../ask.ts';
import { withFleet } from '../connected.ts';
import { compare, comparisonSentence, type Words } from '../env/changes.ts';
import { type LocalFile, nameOf, readLocal, writeLocal } from '../env/local.ts';
import { type RemoteFile, readShared } from '../env/remote.ts';
import { type EnvOptions, type EnvTarget, envTarget } from '../env/target.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { say } from '../json.ts';
import type { Outside } from '../outside.ts';
import { tellUnseen } from '../telling.ts';

/** `cutover env pull [file]`: the shared `.env` of the hosts as a file of this machine. */
export async function envPull(file: string | undefined, options: EnvOptions, outside: Outside): Promise<ExitCode> {
  const target = await envTarget(file, options, outside);
  if (typeof target === 'number') return target;
  const { files, unseen } = await withFleet({ settings: target.settings, outside, first: 'nothing' }, (fleet) =>
    readShared(fleet, target, new AbortController().signal),
  );
  if (unseen.length > 0) return tellUnseen(unseen, outside);
  const [text, ...others] = new Set(files.map((found) => found.text));
  if (text === undefined || text === null || others.length > 0) return refuse(files, target, outside);
  return write(text, target, { options, outside });
}

/** Nothing is written when it would have to be guessed which host is right. */
function refuse(files: readonly RemoteFile[], { to }: EnvTarget, outside: Outside): ExitCode {
  const groups = [...Map.groupBy(files, ({ text }) => text)];
  const names = groups.map(([, same]) => hostList(same.map(({ host }) => host)));
  const alike = groups.map(([text], i) => `${names[i]}${text === null ? ' (has none)' : ''}`);
  const why =
    groups.length === 1
      ? `There is no ${to} on ${names.join('')} yet.`
      : `The hosts do not have the same ${to}: ${alike.join(' differs from ')}. Select one with --host.`;
  outside.err(`${why} Nothing was written here.\n`);
  return Exit.refused;
}

interface How {
  readonly options: EnvOptions;
  readonly outside: Outside;
}

async function write(text: string, target: EnvTarget, how: How): Promise<ExitCode> {
  const name = nameOf(target.file, how.outside);
  const local = readLocal(target.file, how.outside);
  if (local.kind === 'text' && local.text === text) {
    say(`${name} is the same already.`, how);
    return Exit.succeeded;
  }
  if (local.kind !== 'missing' && !(await mayReplace(local, { text, name, how }))) return Exit.refused;
  writeLocal(target.file, text);
  say(`Wrote ${name}, readable by you alone. It holds secrets: keep it out of git.`, how);
  return Exit.succeeded;
}

function mayReplace(
  local: LocalFile,
  { text, name, how }: { readonly text: string; readonly name: string; readonly how: How },
): Promise<boolean> {
  const files = local.kind === 'text' ? [{ host: name, text: local.text }] : [];
  for (const comparison of compare(files, text)) how.outside.err(`${comparisonSentence(comparison, words)}\n`);
  return agreed(`${name} is there already. Write over it?`, how);
}

const words: Words = {
  same: 'the same already',
  missing: 'no such file',
  added: 'would get',
  changed: 'would get other values for',
  removed: 'would lose',
};
