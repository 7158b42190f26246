import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisProcess } from '../../src/cli/outside.ts';
import { run } from '../../src/cli/program.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

/** Compiled code is kept for all calls: half of what a call costs is reading the sources. The runner of all tests keeps it for every file. */
export const compiled = process.env['NODE_COMPILE_CACHE'] ?? ownDirectory();

/** What a call of the command line gave. */
export interface Called {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A call of the command line that runs. */
export interface Call {
  readonly pid: number;
  /** Resolves when it has printed this; rejects when it ends without. */
  said(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Called>;
}

/** Where the command line is called from. */
export interface CallWorld {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Gets what is printed on stdout as it comes. */
  readonly hear?: (text: string) => void;
}

/** Runs the command line in this process: nothing is read and compiled anew, which is most of what a process of its own costs. */
export async function call(args: readonly string[], { cwd, env, hear }: CallWorld): Promise<Called> {
  const heard = { out: '', err: '' };
  const code = await run(args, {
    ...thisProcess(),
    env,
    directory: cwd,
    isTerminal: false,
    canAsk: false,
    out(text) {
      heard.out += text;
      hear?.(text);
    },
    err(text) {
      heard.err += text;
    },
  });
  return { code, ...heard };
}

function ownDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-compiled-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the real command line in a process of its own. */
export function startCall(args: readonly string[], world: CallWorld): Call {
  const env = { ...world.env, NODE_COMPILE_CACHE: compiled };
  const child = spawn(process.execPath, [main, ...args], { cwd: world.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const heard = { out: '', err: '' };
  const waiting = new Set<() => void>();
  const hear = (stream: 'out' | 'err') => (text: string) => {
    heard[stream] += text;
    if (stream === 'out') world.hear?.(text);
    for (const look of waiting) look();
  };
  child.stdout.setEncoding('utf8').on('data', hear('out'));
  child.stderr.setEncoding('utf8').on('data', hear('err'));
  const ended = new Promise<Called>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, ...heard }));
  });
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if ((heard.out + heard.err).includes(text)) resolve();
        };
        waiting.add(look);
        look();
        ended.then(() => reject(new Error(`It ended and never said "${text}": ${heard.out}${heard.err}`)), reject);
      }),
  };
}
