import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quote } from '../../packages/cutover/src/shell/text.ts';
import { onItsProcessor, type Processors } from './processors.ts';

/** A running sshd of our own. */
export interface Sshd extends AsyncDisposable {
  readonly port: number;
  /** How many commands, shells and subsystems were started so far, by its own log. */
  executions(): Promise<number>;
}

export interface SshdOptions {
  readonly name: string;
  /** Holds `<name>.host_key` and `authorized_keys`; gets the config and the log. */
  readonly directory: string;
  /** The directory of this host that appears as `mountPoint` in its sessions. */
  readonly storage: string;
  readonly mountPoint: string;
  /** An empty directory that its sessions find as their home: a person's rc files and git settings play no part. */
  readonly home: string;
  /** It and its sessions run on the processor that has its name. */
  readonly processors: Processors;
}

/**
 * Starts an sshd on a loopback port in a mount namespace of its own, so that several hosts of one machine have different
 * files under the same path. Needs Linux with util-linux; throws with sshd's own words when it does not start.
 */
export async function startSshd(options: SshdOptions): Promise<Sshd> {
  const port = await freePort();
  const config = join(options.directory, `${options.name}.sshd_config`);
  const log = join(options.directory, `${options.name}.log`);
  await writeFile(config, configText(options, port) + (await slowedDown(options)));
  await writeFile(log, '');
  const argv = ['unshare', ...namespace(), 'sh', '-c', inNamespace(options), 'sh', config, log] as const;
  const daemon = startDaemon(argv, { ...process.env, ...options.processors.of(options.name) });
  if (!(await isListening(log))) {
    await daemon.end();
    throw new Error(`sshd of ${options.name} did not start: ${daemon.complaint()}${await readFile(log, 'utf8')}`);
  }
  return { port, executions: () => countIn(log, 'Starting session:'), [Symbol.asyncDispose]: daemon.end };
}

/** Whether this machine can run such hosts: sshd is there, and mount namespaces are allowed. */
export async function canRunHosts(): Promise<boolean> {
  const probe = spawn('unshare', [...namespace(), 'test', '-x', '/usr/sbin/sshd'], { stdio: 'ignore' });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  probe.on('error', () => resolve(false));
  probe.on('exit', (code) => resolve(code === 0));
  return await promise;
}

interface Daemon {
  /** What it wrote to its standard error so far. */
  complaint(): string;
  end(): Promise<void>;
}

/** A process that lives until it is ended, and no longer than this one. */
function startDaemon(argv: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Daemon {
  const [program, ...args] = onItsProcessor(argv, env);
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text.toString();
  });
  child.on('error', (error) => {
    complaint += error.message;
  });
  const stop = () => child.kill('SIGTERM');
  process.once('exit', stop);
  const end = async () => {
    process.off('exit', stop);
    if (child.exitCode === null && child.signalCode === null && stop()) await once(child, 'exit');
  };
  return { complaint: () => complaint, end };
}

/** As root a mount namespace alone; otherwise a user namespace as well, which gives the right to mount in it. */
function namespace(): readonly string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-current-user', '--keep-caps', '--mount'];
}

// sshd wants /run/sshd when it runs as root; where it is missing it exists in this namespace only.
function inNamespace({ storage, mountPoint, home, directory }: SshdOptions): string {
  const { homedir } = userInfo();
  // A home that holds the bench's own directory cannot be hidden.
  const hidesHome = relative(homedir, directory).startsWith('..');
  return `
set -eu
mount --bind ${quote(storage)} ${quote(mountPoint)}
${hidesHome ? `[ ! -d ${quote(homedir)} ] || mount --bind ${quote(home)} ${quote(homedir)}` : ''}
[ "$(id -u)" != 0 ] || [ -d /run/sshd ] || { mount -t tmpfs tmpfs /run; mkdir -m 755 /run/sshd; }
cd /
exec /usr/sbin/sshd -D -f "$1" -E "$2"
`;
}

function configText({ name, directory }: SshdOptions, port: number): string {
  return `
ListenAddress 127.0.0.1
Port ${port}
HostKey ${join(directory, `${name}.host_key`)}
AuthorizedKeysFile ${join(directory, 'authorized_keys')}
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PrintMotd no
LogLevel VERBOSE
`;
}

/** On a host that is slower its pauses are longer: all that shells wait by there is `sleep`, and GNU's adds its arguments up. */
async function slowedDown({ name, directory, processors: { slowness } }: SshdOptions): Promise<string> {
  if (slowness === 1) return '';
  const programs = join(directory, `${name}.bin`);
  await mkdir(programs);
  await writeFile(join(programs, 'sleep'), `#!/bin/sh\nexec /usr/bin/sleep ${'"$1" '.repeat(slowness)}\n`, {
    mode: 0o755,
  });
  return `SetEnv PATH=${programs}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n`;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function isListening(log: string): Promise<boolean> {
  for (let i = 0; i < 200; i += 1) {
    if ((await countIn(log, 'Server listening')) > 0) return true;
    await sleep(50);
  }
  return false;
}

async function countIn(log: string, words: string): Promise<number> {
  return (await readFile(log, 'utf8')).split(words).length - 1;
}
