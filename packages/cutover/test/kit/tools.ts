import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../src/shell/text.ts';

/** How a host's tools differ from this machine's. */
export interface ToolChanges {
  /** Tools that are not there. */
  readonly without?: readonly string[];
  /** Tools that are another program: its text as a script of `sh`. */
  readonly instead?: Readonly<Record<string, string>>;
  /** When given, nothing else of this machine is there. */
  readonly only?: readonly string[];
}

const places = ['/usr/bin', '/bin', '/usr/sbin', '/sbin'];

/** Makes a directory that holds the tools of such a host and nothing else; PATH is to be it alone. */
export function makeTools(directory: string, changes: ToolChanges): string {
  mkdirSync(directory, { recursive: true });
  for (const [name, path] of toolsOf(changes)) symlinkSync(path, join(directory, name));
  for (const [name, text] of Object.entries(changes.instead ?? {})) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

/** Makes the tools of a small host, such as Alpine: busybox stands for everything but these. Null where there is no busybox. */
export function makeBusyboxTools(directory: string, others: readonly string[]): string | null {
  const busybox = '/usr/bin/busybox';
  if (!existsSync(busybox)) return null;
  mkdirSync(directory, { recursive: true });
  const applets = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const applet of applets) if (!applet.includes('/')) symlinkSync(busybox, join(directory, applet));
  for (const [name, path] of toolsOf({ only: others, without: applets })) symlinkSync(path, join(directory, name));
  return directory;
}

/** What such a host's start-up file does. */
export function pathOf(tools: string): string {
  return `PATH=${quote(tools)}; export PATH`;
}

function toolsOf({ without = [], instead = {}, only }: ToolChanges): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const place of places)
    for (const name of readdirSync(place)) {
      const isThere = !without.includes(name) && !(name in instead) && (only?.includes(name) ?? true);
      if (isThere && !found.has(name)) found.set(name, join(place, name));
    }
  return found;
}

/** An `mv` as the BSDs have it, which does not know `-T`. */
export const mvOfBsd = `
for word in "$@"; do
  case $word in -*T*) echo "mv: illegal option -- T" >&2; exit 64 ;; esac
done
exec /bin/mv "$@"`;

/** An `mv` that takes `-T` for nothing, and so moves a link into the directory that it should take the place of. */
export const mvThatIgnoresT = `
case $1 in -fT) shift; exec /bin/mv -f "$@" ;; esac
exec /bin/mv "$@"`;
