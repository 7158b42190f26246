import { execFile } from 'node:child_process';
import type { Host } from '../model/host.ts';
import { addressing, type SshClient } from './ssh.ts';

/**
 * The server that a connection to the host comes to first: its first jump host, else itself. Hosts with the same one
 * share that server's limit of logins under way. ssh is asked, since only it knows the user's config.
 */
export async function firstServer(host: Host, client: SshClient): Promise<string> {
  const settings = await effectiveSettings(host, client);
  return firstHop(settings) ?? host.address;
}

/** The same from what `ssh -G` prints; null when that says nothing. */
export function firstHop(settings: string): string | null {
  const value = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(settings)?.[1];
  const jump = value('proxyjump')?.split(',')[0];
  if (jump !== undefined && jump !== 'none') return `jump ${jump}`;
  const hostname = value('hostname');
  return hostname === undefined ? null : `${hostname} ${value('port') ?? 22}`;
}

/** How long `ssh -G` may take: it may run commands of the user's config (`Match exec`). */
const askMs = 5000;

function effectiveSettings(host: Host, client: SshClient): Promise<string> {
  const args = ['-G', ...addressing(host, client), '--', host.address];
  return new Promise((resolve) => {
    execFile(client.command ?? 'ssh', args, { timeout: askMs }, (error, stdout) =>
      resolve(error === null ? stdout : ''),
    );
  });
}
