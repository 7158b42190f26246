import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf } from '../processes.ts';
import { until } from '../until.ts';

/** A systemd that runs, as the first process of namespaces of its own. */
export interface Boot {
  /** Its id out here. */
  readonly pid: number;
  /** Cuts the power: everything in it is killed. */
  cut(): Promise<void>;
}

/** What the script of a boot finds in its environment. */
const script = join(import.meta.dirname, 'boot.sh');

/**
 * Starts systemd on the root of a machine. It can change nothing of this one: its root is a directory of the test's, /usr and /proc/sys can
 * only be read, /dev, /run, /sys and /tmp are its own, and what the kernel lets only the first machine do, it may not. Their network is one.
 */
export async function boot(directory: string): Promise<Boot> {
  const group = join(cgroups(), `cutover-machine-${randomUUID()}`);
  mkdirSync(group);
  writeFileSync(join(directory, 'boot-id'), `${randomUUID()}\n`);
  const child = spawn('sh', ['-eu', script], {
    env: { PATH: process.env['PATH'], MACHINE: directory, GROUP: group, NODE: process.execPath },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = listen(child);
  try {
    const pid = await started(child);
    return { pid, cut: () => cut(child, group) };
  } catch (error) {
    await cut(child, group);
    throw new Error(`The machine did not start: ${said()}`, { cause: error });
  }
}

/** Why there can be no such machine here; null where there can. */
export function whyNoBoot(): string | null {
  if (process.getuid?.() !== 0) return 'a machine of its own needs root';
  try {
    cgroups();
    execFileSync('unshare', ['--pid', '--fork', '--mount', '--cgroup', '--uts', '--ipc', 'true'], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `namespaces cannot be made here: ${String(error)}`;
  }
}

/** Where the one hierarchy of control groups is mounted that all versions of systemd know. */
function cgroups(): string {
  const mount = /^\S+ (\S+) cgroup2 /m.exec(readFileSync('/proc/mounts', 'utf8'));
  if (mount?.[1] === undefined) throw new Error('cgroup2 is not mounted');
  return mount[1];
}

async function started(child: ChildProcess): Promise<number> {
  const first = (): number => childrenOf(child.pid ?? 0).find(isSystemd) ?? 0;
  await until('systemd is there', () => first() !== 0 || child.exitCode !== null);
  const pid = first();
  await until('all of it has started', () => /^(?:running|degraded)/.test(stateOf(pid)) || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
  return pid;
}

function isSystemd(pid: number): boolean {
  return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'systemd\n';
}

function stateOf(pid: number): string {
  try {
    return execFileSync('nsenter', ['-t', String(pid), '-a', 'systemctl', 'is-system-running', '--wait'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    return (error as { stdout?: string }).stdout ?? '';
  }
}

function listen(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  return () => said;
}

/** Its parent goes, and the kernel ends it with all that is in it. */
async function cut(child: ChildProcess, group: string): Promise<void> {
  const gone =
    child.exitCode === null && child.signalCode === null ? new Promise((end) => child.once('exit', end)) : null;
  child.kill('SIGKILL');
  await gone;
  await until(
    'its control groups are empty',
    () => !readFileSync(join(group, 'cgroup.events'), 'utf8').includes('populated 1'),
  );
  execFileSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
}
