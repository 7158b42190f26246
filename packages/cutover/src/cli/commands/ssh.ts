import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Host } from '../../model/host.ts';
import { settingName } from '../../remote/diagnose.ts';
import { effectiveSettings } from '../../remote/route.ts';
import { addressing, type SshClient, sessionSettings } from '../../remote/ssh.ts';
import { hostList } from '../../report/words.ts';
import { sh } from '../../shell/text.ts';
import { clientOf } from '../client.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** `cutover ssh [host]`: a shell of the user's own on a host, in the deploy path. */
export async function ssh(name: string | undefined, options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor({ ...options, ...(name === undefined ? {} : { host: [name] }) }, outside);
  if (settings === null) return Exit.usage;
  const [host, ...others] = settings.hosts;
  if (host === undefined || others.length > 0) {
    const names = hostList(settings.hosts.map((each) => each.name));
    outside.err(`Which host? Name one: cutover ssh <host>. There are ${names}.\n`);
    return Exit.usage;
  }
  return open(host.transport === 'local' ? shellHere(host, outside) : await shellBySsh(host, outside), outside);
}

async function shellBySsh(host: Host, outside: Outside): Promise<ShellCall> {
  const client = clientOf(outside);
  return shellThere(host, client, (await effectiveSettings(host, client)).settings);
}

/** A program to start with this terminal. */
export interface ShellCall {
  readonly command: string;
  readonly args: readonly string[];
  /** Null for where the user is. */
  readonly directory: string | null;
  /** The exit code by which it says that there was no shell; null when no code says so. */
  readonly failedCode: number | null;
}

/** How ssh is called for a shell on a host: the user's login shell, in the deploy path where there is one. `known` is what `ssh -G` says, and so all that it knows. */
export function shellThere(host: Host, client: SshClient, known = ''): ShellCall {
  // One line with quoted words, which a login shell of any kind understands: the script has no quote and no backslash.
  const script = 'cd "$1" 2>/dev/null || echo "$2" >&2; exec "${SHELL:-/bin/sh}" -l';
  const remote = String(sh`exec sh -c ${script} cutover ${host.deployPath} ${missing(host)}`);
  const agent = host.forwardAgent ? '-A' : '-a';
  // A command in the user's config would stand against ours, and so would what is meant for tunnels.
  const isKnown = (setting: string): boolean => known.includes(`\n${settingName(setting)} `);
  const settings = ['RemoteCommand=none', ...sessionSettings.filter(isKnown)].flatMap((setting) => ['-o', setting]);
  return {
    command: client.command ?? 'ssh',
    args: ['-t', agent, ...addressing(host, client), ...settings, '--', host.address, remote],
    directory: null,
    // It has said why.
    failedCode: 255,
  };
}

function shellHere(host: Host, outside: Outside): ShellCall {
  const isThere = existsSync(host.deployPath);
  if (!isThere) outside.err(`${missing(host)}\n`);
  return {
    command: outside.env.SHELL || '/bin/sh',
    args: ['-l'],
    directory: isThere ? host.deployPath : null,
    failedCode: null,
  };
}

function missing({ deployPath }: Host): string {
  return `${deployPath} does not exist yet: nothing was deployed.`;
}

async function open({ command, args, directory, failedCode }: ShellCall, outside: Outside): Promise<ExitCode> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: directory ?? outside.directory });
  // Ctrl-C is for what runs in the shell.
  const leaveAlone = (): void => {};
  process.on('SIGINT', leaveAlone);
  const code = await new Promise<number | null | Error>((resolve) => {
    child.on('error', resolve);
    child.on('exit', resolve);
  });
  process.off('SIGINT', leaveAlone);
  if (code instanceof Error) outside.err(`${command} could not be started: ${code.message}.\n`);
  return code instanceof Error || (code !== null && code === failedCode) ? Exit.refused : Exit.succeeded;
}
