import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { must } from '../kit/run.ts';

/** A Redis of the bench's own on loopback. */
export interface Server extends AsyncDisposable {
  readonly port: number;
  /** Runs redis-cli against it. */
  cli(...args: readonly string[]): Promise<string>;
}

/** Starts it: without persistence, and with the command that fills it at once. */
export async function startServer(directory: string): Promise<Server> {
  const port = await freePort();
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const child = spawn('redis-server', [...settings, '--enable-debug-command', 'yes'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => void child.kill('SIGKILL');
  process.once('exit', stop);
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('Ready to accept')) resolve();
    });
  });
  return {
    port,
    cli: (...args) => must({ argv: ['redis-cli', '-p', String(port), ...args], cwd: directory, env: process.env }),
    async [Symbol.asyncDispose]() {
      stop();
      await once(child, 'exit');
    },
  };
}

function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
  });
  return promise;
}
