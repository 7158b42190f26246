import type { Host } from '../model/host.ts';
import { lessonsDir } from '../model/layout.ts';
import type { Shell } from '../shell/text.ts';
import type { Channel } from './channel.ts';
import { diagnose, isUnknownSetting, type SshEnd } from './diagnose.ts';
import { type OpenOptions, openChannel, type Way } from './open-channel.ts';
import type { OpenFailure } from './session.ts';
import { unreachableSentence } from './unreachable.ts';
import type { WireEnd } from './wire.ts';

/** What the ssh client is told beside the host: nothing, as a rule, since its own config has it all. */
export interface SshClient {
  /** The program; `ssh` from PATH unless told otherwise. */
  readonly command?: string;
  /** A config file instead of the user's and the system's. */
  readonly configFile?: string;
  /** More options as `Name=value`, such as `Compression=yes`. They count before Cutover's own. */
  readonly options?: readonly string[];
}

/** How a host is reached. */
export interface SshOptions extends OpenOptions {
  readonly host: Host;
  readonly client?: SshClient;
}

/** Seconds between two questions to a silent host, and how many may stay without an answer until it counts as lost. */
const aliveEverySeconds = 10;
const aliveTries = 3;

/** A session on a host over the system's ssh: one connection, and the runner as its only command. */
export async function openSsh(options: SshOptions): Promise<Channel | OpenFailure> {
  const { host } = options;
  const opened = await openAsKnown(options);
  if (opened === 'cancelled') return { kind: 'cancelled' };
  if (opened === 'no-answer') return { kind: 'unreachable', reason: 'no-answer', message: silence(options) };
  return 'greeted' in opened ? unreachable(host, opened) : opened;
}

/**
 * A config may be written for something else than commands: for tunnels, as a rule. An ssh of before 8.7 refuses these settings, and knows no such config. It
 * cannot be told to ignore them: the list of what it ignores (`IgnoreUnknown`) is the user's.
 */
export const sessionSettings = ['StdinNull=no', 'SessionType=default', 'ForkAfterAuthentication=no'];

/** With a second attempt where ssh does not know all that it is told: it says so before it does anything. */
async function openAsKnown(options: SshOptions): Promise<Opened> {
  const opened = await openChannel(wayTo(options, sessionSettings), options);
  const isOld = typeof opened === 'object' && 'greeted' in opened && isUnknownSetting(opened, sessionSettings);
  return isOld ? openChannel(wayTo(options, []), options) : opened;
}

type Opened = Awaited<ReturnType<typeof openChannel>>;

function wayTo(options: SshOptions, settings: readonly string[]): Way {
  const { host, client = {} } = options;
  return {
    host: host.name,
    command: client.command ?? 'ssh',
    args: (runner: Shell) => [...sshArguments(options, settings), '--', host.address, String(runner)],
    lessons: lessonsDir(host.deployPath),
    explainLoss,
  };
}

/** The options that name the host to ssh: the same ones ask it what it makes of them (`ssh -G`). */
export function addressing(host: Host, client: SshClient): readonly string[] {
  return [
    ...(client.configFile === undefined ? [] : ['-F', client.configFile]),
    ...(client.options ?? []).flatMap((option) => ['-o', option]),
    ...(host.port === null ? [] : ['-p', String(host.port)]),
    ...(host.user === null ? [] : ['-l', host.user]),
  ];
}

// BatchMode: nobody is there to answer. LogLevel: the diagnosis goes by what ssh prints. RemoteCommand: a command in
// the user's config would stand against ours. ControlMaster: a shared connection that exists is used, but none is made
// that others would lose with ours. How host keys are checked is left to the user's config, always.
function sshArguments({ host, client = {}, connectMs }: SshOptions, more: readonly string[]): readonly string[] {
  const settings = [
    'BatchMode=yes',
    'LogLevel=INFO',
    'RemoteCommand=none',
    'ControlMaster=no',
    `ConnectTimeout=${Math.ceil(connectMs / 1000)}`,
    `ServerAliveInterval=${aliveEverySeconds}`,
    `ServerAliveCountMax=${aliveTries}`,
    ...more,
  ];
  const agent = host.forwardAgent ? '-A' : '-a';
  return ['-T', agent, ...addressing(host, client), ...settings.flatMap((setting) => ['-o', setting])];
}

function unreachable(host: Host, end: SshEnd): OpenFailure {
  const { reason, said } = diagnose(end);
  const sentence = unreachableSentence(reason, host.address);
  const message = said === '' ? sentence : `${sentence} What was said: ${said}`;
  return { kind: 'unreachable', reason, message };
}

function silence({ host, connectMs }: SshOptions): string {
  return `${unreachableSentence('no-answer', host.address)} The limit was ${connectMs} ms.`;
}

function explainLoss(end: WireEnd): string {
  const said =
    end.stderr
      .trim()
      .split(/\s*[\r\n]+\s*/)
      .at(-1) ?? '';
  return said === '' ? 'The connection to the host ended.' : `The connection to the host ended: ${said}`;
}
