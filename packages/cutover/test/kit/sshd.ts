import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { quote } from '../../src/shell/text.ts';

/** How the server behaves; a usual one with `/bin/sh` as the login shell unless told otherwise. */
export interface SshdOptions {
  /** The program that is the user's login shell, with its leading arguments: `['/bin/busybox', 'ash']`. */
  readonly shell?: readonly string[];
  /** What the login shell's start-up file does, as text of `sh`. */
  readonly rc?: string;
  /** `MaxStartups`; 200 unless told otherwise. */
  readonly maxStartups?: string;
  /** More lines of sshd_config. */
  readonly config?: readonly string[];
}

/** A real sshd on loopback. */
export interface Sshd {
  readonly port: number;
  /** Holds its keys and files; removed when it is stopped. */
  readonly directory: string;
  /** The private key that it lets in. */
  readonly identity: string;
  /** The public part of its host key, as `known_hosts` has it after the name. */
  readonly hostKey: string;
  /** Its process id. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** Starts an sshd of the test's own: as the user who runs the test, on a free port of loopback. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-sshd-'));
  // Run by root, sshd insists on this directory.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKey = makeKey(directory, 'host');
  const identity = join(directory, 'client');
  writeFileSync(join(directory, 'authorized_keys'), makeKey(directory, 'client'));
  const { port, child } = await listening(directory, options);
  const stop = () => stopped(child, directory);
  return { port, directory, identity, hostKey: hostKey.split(' ').slice(0, 2).join(' '), pid: child.pid ?? 0, stop };
}

/** An entry of an ssh_config: an alias, where it leads, and what else ssh should know. */
export interface ConfigEntry {
  readonly alias: string;
  readonly sshd: Sshd;
  /** An alias of the same file. */
  readonly jump?: string;
  /** More lines for this host. */
  readonly lines?: readonly string[];
}

/** Writes an ssh_config with its known_hosts into `directory`, for `ssh -F`; gives its path. */
export function writeSshConfig(directory: string, entries: readonly ConfigEntry[]): string {
  const known = join(directory, 'known_hosts');
  const path = join(directory, 'ssh_config');
  writeFileSync(known, entries.map(({ alias, sshd }) => `${alias} ${sshd.hostKey}\n`).join(''));
  writeFileSync(path, entries.map((entry) => configText(entry, known)).join('\n'), { mode: 0o600 });
  return path;
}

function configText({ alias, sshd, jump, lines = [] }: ConfigEntry, known: string): string {
  const settings = [
    ...lines,
    'HostName 127.0.0.1',
    `Port ${sshd.port}`,
    `User ${userInfo().username}`,
    `HostKeyAlias ${alias}`,
    `IdentityFile ${sshd.identity}`,
    'IdentitiesOnly yes',
    'IdentityAgent none',
    `UserKnownHostsFile ${known}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    ...(jump === undefined ? [] : [`ProxyJump ${jump}`]),
  ];
  return `Host ${alias}\n${settings.map((setting) => `  ${setting}\n`).join('')}`;
}

/** Makes a key pair and answers its public part. */
export function makeKey(directory: string, name: string): string {
  const path = join(directory, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', path]);
  return readFileSync(`${path}.pub`, 'utf8');
}

/** A port that is free now may be taken a moment later: then another one is tried. */
async function listening(directory: string, options: SshdOptions): Promise<{ port: number; child: ChildProcess }> {
  let said = '';
  for (let tries = 0; tries < 5; tries++) {
    const port = await freePort();
    const config = join(directory, 'sshd_config');
    writeFileSync(config, sshdConfig(directory, port, options));
    const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    said = await firstWords(child);
    if (/Server listening/.test(said)) return { port, child };
  }
  throw new Error(`sshd did not start: ${said}`);
}

function firstWords(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (/Server listening/.test(said)) resolve(said);
    });
    child.on('exit', () => resolve(said));
    child.on('error', (error) => resolve(error.message));
  });
}

function sshdConfig(directory: string, port: number, options: SshdOptions): string {
  const { maxStartups = '200', config = [] } = options;
  const settings = [
    ...config,
    'ListenAddress 127.0.0.1',
    `Port ${port}`,
    `HostKey ${join(directory, 'host')}`,
    `AuthorizedKeysFile ${join(directory, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin yes',
    `MaxStartups ${maxStartups}`,
    // The default exchange costs 80 ms of processor time at each end.
    'KexAlgorithms curve25519-sha256',
    // The login shell of whoever runs the tests would otherwise read their own start-up files at every connection.
    `SetEnv HOME=${directory}`,
    `ForceCommand ${loginShell(directory, options)}`,
  ];
  return `${settings.join('\n')}\n`;
}

/**
 * sshd takes the login shell from passwd, which a test cannot change. It runs a user's command as `<shell> -c <command>`;
 * ForceCommand with this script does the same with a shell of our choice.
 */
function loginShell(directory: string, { shell = ['/bin/sh'], rc = '' }: SshdOptions): string {
  const path = join(directory, 'login-shell');
  const exec = `exec ${shell.map(quote).join(' ')} -c "$SSH_ORIGINAL_COMMAND"`;
  writeFileSync(path, `#!/bin/sh\n${rc}\n${exec}\n`);
  chmodSync(path, 0o755);
  return path;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function stopped(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await exit;
  }
  rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
}
