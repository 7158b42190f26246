import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

/** A real nginx on loopback. */
export interface Nginx {
  readonly port: number;
  /** The command that makes it read its config again. */
  readonly reload: string;
  stop(): Promise<void>;
}

/** Starts an nginx of the test's own; `server` is the text of its one server, `http` stands beside that. */
export async function startNginx(directory: string, text: { server: string; http?: string }): Promise<Nginx> {
  const home = join(directory, 'nginx');
  mkdirSync(home, { recursive: true });
  const port = await freePort();
  const config = join(home, 'nginx.conf');
  writeFileSync(config, configOf(home, port, text));
  const args = ['-p', home, '-e', join(home, 'error.log'), '-c', config];
  const child = spawn('nginx', args, { stdio: 'ignore' });
  const kill = () => void child.kill();
  process.once('exit', kill);
  await until('nginx listens', () => existsSync(join(home, 'nginx.pid')) || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`nginx did not start: ${readFileSync(join(home, 'error.log'), 'utf8')}`);
  const stop = () => stopped(child).finally(() => process.off('exit', kill));
  return { port, reload: `kill -HUP ${child.pid}`, stop };
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Run by root, the workers would be another user, who cannot pass through a test's directory. */
function configOf(home: string, port: number, { server, http = '' }: { server: string; http?: string }): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
daemon off;
${userInfo().uid === 0 ? 'user root;' : ''}
worker_processes 1;
pid ${join(home, 'nginx.pid')};
events { worker_connections 512; }
http {
  include /etc/nginx/mime.types;
  access_log off;
  keepalive_requests 1000000;
  ${keepsOpen() ? 'keepalive_min_timeout 10s;' : ''}
  ${temporary.map((name) => `${name}_temp_path ${join(home, name)};`).join('\n  ')}
  ${http}
  server {
    listen 127.0.0.1:${port};
    ${server}
  }
}
`;
}

/** Whether this nginx can keep connections open over a reload, as versions from 1.27.4 on can. */
function keepsOpen(): boolean {
  const [, minor = 0, patch = 0] =
    /nginx\/1\.(\d+)\.(\d+)/.exec(spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr) ?? [];
  return Number(minor) > 27 || (Number(minor) === 27 && Number(patch) >= 4);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await exit;
}
