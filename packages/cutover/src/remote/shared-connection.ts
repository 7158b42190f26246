import { existsSync } from 'node:fs';
import type { Host } from '../model/host.ts';
import type { Channel } from './channel.ts';
import { effectiveSettings } from './route.ts';
import { isOpenFailure, type OpenFailure } from './session.ts';
import { openSsh, type SshClient, type SshOptions } from './ssh.ts';

/**
 * A session over ssh. A connection that the user's ssh shares (`ControlMaster`) is used where there is one; but after a machine slept or
 * changed its network it may be dead without anybody noticing, and answers nobody. Then the host is asked over a connection of its own.
 */
export async function openShared(options: SshOptions): Promise<Channel | OpenFailure> {
  const opened = await openSsh(options);
  const isSilent = isOpenFailure(opened) && opened.kind === 'unreachable' && opened.reason === 'no-answer';
  const { host, client = {} } = options;
  if (!isSilent || options.signal.aborted || !(await isShared(host, client))) return opened;
  return openSsh({ ...options, client: { ...client, options: ['ControlPath=none', ...(client.options ?? [])] } });
}

async function isShared(host: Host, client: SshClient): Promise<boolean> {
  const { settings } = await effectiveSettings(host, client);
  const [, path = 'none'] = /^controlpath (.+)$/m.exec(settings) ?? [];
  return path !== 'none' && existsSync(path);
}
