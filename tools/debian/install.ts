import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProcess } from '../process.ts';
import { needed } from './packages.ts';

/** Makes sure that the tests' binaries are there: installs Debian's packages as root, else names what is missing. */
export async function hasNeeded(): Promise<boolean> {
  if (missing().length === 0) return true;
  if (process.getuid?.() === 0 && isInstalled('apt-get')) await install(missing().map(({ debian }) => debian));
  const rest = missing();
  if (rest.length === 0) return true;
  console.error('dev: the tests need programs that are not on this machine:');
  for (const { binary, debian, use } of rest) console.error(`  ${binary} (Debian: ${debian}), for ${use}`);
  if (isInstalled('apt-get'))
    console.error(`Install them with: apt-get install ${rest.map(({ debian }) => debian).join(' ')}`);
  return false;
}

function missing() {
  return needed.filter(({ binary }) => !isInstalled(binary));
}

/** A library is a file by its path. Daemons live in sbin, which the PATH of an ordinary user does not name. */
function isInstalled(binary: string): boolean {
  if (binary.startsWith('/')) return existsSync(binary);
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return directories.some((directory) => isExecutable(join(directory, binary)));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The package lists of a fresh machine are missing or old: they are fetched only when the first try fails. */
async function install(packages: readonly string[]): Promise<void> {
  console.error(`dev: installing ${packages.join(', ')} ...`);
  if ((await aptGet('install', ...packages)) === 0) return;
  await aptGet('update');
  await aptGet('install', ...packages);
}

/** RUNLEVEL=1 keeps a package's service (sshd's, on port 22) from being started by its installation. */
function aptGet(command: string, ...packages: readonly string[]): Promise<number> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return runProcess('apt-get', ['-qq', '-y', '--no-install-recommends', command, ...packages], env);
}
