import type { HostName } from '../model/host.ts';
import type { Shell } from '../shell/text.ts';
import type { Channel } from './channel.ts';
import { type OpenOptions, openChannel } from './open-channel.ts';
import type { OpenFailure } from './session.ts';
import type { WireEnd } from './wire.ts';

/** How this machine is driven. */
export interface LocalOptions extends OpenOptions {
  readonly host: HostName;
  /** The shell that starts the runner; `/bin/sh` unless told otherwise. */
  readonly shell?: string;
}

/** A session on this machine, by the same runner as on any other. */
export async function openLocal(options: LocalOptions): Promise<Channel | OpenFailure> {
  const { host, shell = '/bin/sh' } = options;
  const args = (runner: Shell) => ['-c', String(runner)];
  const opened = await openChannel({ host, command: shell, args, lessons: null, explainLoss }, options);
  if (opened === 'cancelled') return { kind: 'cancelled' };
  if (opened === 'no-answer') return noShell(`${shell} did not answer in ${options.connectMs} ms.`);
  return 'greeted' in opened ? noShell(explain(shell, opened)) : opened;
}

function noShell(message: string): OpenFailure {
  return { kind: 'unreachable', reason: 'no-shell', message };
}

function explain(shell: string, end: WireEnd): string {
  if (end.launchError !== null) return `${shell} could not be started: ${end.launchError}.`;
  if (end.groupless)
    return 'This machine has neither setsid nor perl, one of which is needed to stop what was started.';
  return `${shell} ended before it could run anything: ${(end.stderr + end.noise).trim() || `exit code ${end.code}`}.`;
}

function explainLoss(end: WireEnd): string {
  return `The shell on this machine ended (exit code ${end.code ?? 'none, by a signal'}).`;
}
