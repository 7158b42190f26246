import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Host } from '../model/host.ts';
import { addressing, type SshClient } from './ssh.ts';

/** Who comes first on the ways to many hosts. ssh is asked for each only where one of them may be reached through another. */
export class Servers {
  readonly #client: SshClient;
  #asksForEach: Promise<boolean> | null = null;

  constructor(client: SshClient) {
    this.#client = client;
  }

  /** The same words for hosts with the same first server. */
  async of(host: Host): Promise<string> {
    this.#asksForEach ??= mayJump(host, this.#client);
    return (await this.#asksForEach) ? firstServer(host, this.#client) : `${host.address} ${host.port ?? ''}`;
  }

  /** From now on ssh is asked for each: other names may be of one server. */
  doubt(): void {
    this.#asksForEach = Promise.resolve(true);
  }
}

/**
 * Whether ssh may go to any host through another one. It names every file of its config that it reads, and reads those for other hosts too: where
 * none of them has the word, one call spares one for each host.
 */
async function mayJump(host: Host, client: SshClient): Promise<boolean> {
  const { settings, said } = await effectiveSettings(host, client);
  const files = [...said.matchAll(/^debug1: Reading configuration data (.+?)\r?$/gm)].map(([, file = '']) => file);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => 'proxyjump')));
  return files.length === 0 || [settings, ...texts].some((text) => /proxyjump(?! none$)/im.test(text));
}

/**
 * The server that a connection to the host comes to first: its first jump host, else itself. Hosts with the same one
 * share that server's limit of logins under way. ssh is asked, since only it knows the user's config.
 */
async function firstServer(host: Host, client: SshClient): Promise<string> {
  const { settings } = await effectiveSettings(host, client);
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

/** What ssh makes of a host, and what it tells while it reads its config. */
interface Effective {
  readonly settings: string;
  readonly said: string;
}

/** What ssh itself says: only it knows the user's config. */
export function effectiveSettings(host: Host, client: SshClient): Promise<Effective> {
  const args = ['-v', '-G', ...addressing(host, client), '--', host.address];
  return new Promise((resolve) => {
    execFile(client.command ?? 'ssh', args, { timeout: askMs }, (error, stdout, stderr) =>
      resolve(error === null ? { settings: stdout, said: stderr } : { settings: '', said: '' }),
    );
  });
}
