import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Nginx, startNginx } from '../../packages/cutover/test/kit/nginx.ts';
import { cutoverFor } from './cutover.ts';
import type { Opened } from './opened.ts';
import { type Started, start, startFpm } from './servers.ts';

const names = ['web1', 'web2'] as const;

/** Two hosts of nginx and PHP-FPM behind HAProxy: each is taken out, activated and put back before the next. */
export async function balanced(directory: string): Promise<Opened> {
  const fpm = await startFpm(directory, '10s');
  const sites = await Promise.all(names.map((name) => site(join(directory, name), fpm)));
  const port = await freePort();
  const socket = join(directory, 'admin.sock');
  const config = join(directory, 'haproxy.cfg');
  writeFileSync(config, haproxyConfig(port, socket, sites));
  const haproxy = await start(['haproxy', '-db', '-f', config], () => true);
  const hosts = Object.fromEntries(sites.map(({ name, path }) => [name, { local: true, path }]));
  const activator = cutoverFor(directory, {
    kind: 'php',
    path: sites[0]?.path ?? directory,
    config: {
      recipe: 'php',
      app: { entry: 'index.php', fpm: { socket: fpm.socket } },
      batch: 1,
      drain: { haproxy: { socket, backend: 'web' } },
      stages: { bench: { hosts } },
    },
  });
  const stops = [
    ...sites.map(
      ({ nginx }) =>
        () =>
          nginx.stop(),
    ),
    () => haproxy.stop(),
    () => fpm.stop(),
  ];
  return { port, activator, stop: async () => void (await Promise.all(stops.map((stop) => stop()))) };
}

interface Site {
  readonly name: string;
  readonly path: string;
  readonly nginx: Nginx;
}

async function site(directory: string, fpm: Started & { readonly socket: string }): Promise<Site> {
  const path = join(directory, 'site');
  mkdirSync(path, { recursive: true });
  const nginx = await startNginx(directory, {
    server: `root ${path}/current; location / { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $realpath_root/index.php; fastcgi_param DOCUMENT_ROOT $realpath_root; fastcgi_pass unix:${fpm.socket}; }`,
  });
  return { name: directory.split('/').at(-1) ?? '', path, nginx };
}

function haproxyConfig(port: number, socket: string, sites: readonly Site[]): string {
  const servers = sites.map(({ name, nginx }) => `  server ${name} 127.0.0.1:${nginx.port} check inter 500`);
  return `global
  stats socket ${socket} level admin
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
frontend all
  bind 127.0.0.1:${port}
  default_backend web
backend web
  option http-server-close
  option httpchk GET /
  http-check expect status 200
${servers.join('\n')}
`;
}
