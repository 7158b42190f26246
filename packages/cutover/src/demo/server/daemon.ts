import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server of this machine that was started in the foreground and is stopped by its pid. */
export interface Daemon extends AsyncDisposable {
  readonly pid: number;
}

/** What is started. */
export interface DaemonParts {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Whether it answers. */
  isReady(this: void): Promise<boolean> | boolean;
}

const readyMs = 30_000;
const graceMs = 5_000;

/** Starts it and waits until it answers; rejects with what it printed when it does not. */
export async function startDaemon({ program, args, env, isReady }: DaemonParts): Promise<Daemon> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...(env && { env }) });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => void (said += String(text)));
  const ended = once(child, 'exit').catch((error: unknown) => void (said += String(error)));
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill('SIGTERM');
    const patience = setTimeout(kill, graceMs);
    await ended;
    clearTimeout(patience);
  };
  const endMs = performance.now() + readyMs;
  while (!(await isReady())) {
    if (child.exitCode !== null || child.pid === undefined || performance.now() > endMs) {
      await stop();
      throw new Error(`${program} did not start: ${said.trim()}`);
    }
    await sleep(20);
  }
  return { pid: child.pid ?? 0, [Symbol.asyncDispose]: stop };
}

/** A program of this machine whose name begins so and is followed by a version at most; null when there is none. Daemons live in sbin. */
export function findProgram(names: readonly string[]): string | null {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  const files = names.flatMap((name) => directories.map((directory) => join(directory, name)));
  return files.find(isExecutable) ?? null;
}

/** A port of loopback on which nothing listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
