import { basename, resolve } from 'node:path';
import type { Settings } from '../../model/settings.ts';
import { hostList } from '../../report/words.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** Options of the `env` commands. */
export interface EnvOptions extends StageOptions {
  /** The shared file that is meant, by its `to`; `.env` or the only one there is. */
  readonly to?: string;
}

/** A file of this machine and the shared file that it belongs to. */
export interface EnvTarget {
  readonly settings: Settings;
  /** Absolute. */
  readonly file: string;
  /** The shared file, as the config names it. */
  readonly to: string;
}

/** What an `env` command is about; an exit code after it was said why that cannot be told. */
export async function envTarget(
  file: string | undefined,
  options: EnvOptions,
  outside: Outside,
): Promise<EnvTarget | ExitCode> {
  const all = await settingsFor(options, outside);
  if (all === null) return Exit.usage;
  const settings = { ...all, hosts: all.hosts.filter((host) => host.receivesCode) };
  const to = sharedFile(settings, options.to);
  if (to === null || settings.hosts.length === 0) {
    outside.err(`${to === null ? noSuchFile(settings, options.to) : 'None of these hosts receives code.'}\n`);
    return Exit.usage;
  }
  return { settings, to, file: resolve(outside.directory, file ?? `${basename(to)}.${settings.stage}`) };
}

function sharedFile(settings: Settings, wanted: string | undefined): string | null {
  const known = sharedFiles(settings);
  if (wanted !== undefined) return known.includes(wanted) ? wanted : null;
  if (known.includes('.env')) return '.env';
  return known.length === 1 ? (known[0] ?? null) : null;
}

function sharedFiles({ shared }: Settings): readonly string[] {
  return shared.filter((path) => path.type === 'file').map((path) => path.to);
}

function noSuchFile(settings: Settings, wanted: string | undefined): string {
  const known = sharedFiles(settings);
  if (known.length === 0)
    return "This stage shares no file between releases. Name one in the config: shared: { files: ['.env'] }.";
  const which = wanted === undefined ? 'Which shared file is meant?' : `${wanted} is no shared file of this stage.`;
  return `${which} Name one with --to: there ${known.length === 1 ? 'is' : 'are'} ${hostList(known)}.`;
}
