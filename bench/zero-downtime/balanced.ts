import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, type Nginx, startNginx } from '../../packages/cutover/test/kit/nginx.ts';
import { cutoverFor } from './cutover.ts';
import type { Opened } from './opened.ts';
import { type Started, start, startFpm } from './servers.ts';

const names = ['web1', 'web2'] as const;

/** What spreads requests over the hosts, and how the config tells Cutover of it. */
interface Balancer {
  readonly port: number;
  readonly drain: Readonly<Record<string, unknown>>;
  stop(): Promise<void>;
}

/** Two hosts of nginx and PHP-FPM behind a load balancer: each is taken out, activated and put back before the next. */
export async function balanced(directory: string, by: 'haproxy' | 'nginx'): Promise<Opened> {
  const fpm = await startFpm(directory, '10s');
  const sites = await Promise.all(names.map((name) => site(join(directory, name), fpm)));
  const balancer = await (by === 'haproxy' ? haproxy(directory, sites) : nginx(directory, sites));
  const hosts = Object.fromEntries(sites.map(({ name, path }) => [name, { local: true, path }]));
  const activator = cutoverFor(directory, {
    kind: 'php',
    path: sites[0]?.path ?? directory,
    config: {
      recipe: 'php',
      app: { entry: 'index.php', fpm: { socket: fpm.socket } },
      batch: 1,
      drain: balancer.drain,
      stages: { bench: { hosts } },
    },
  });
  const servers = [...sites.map((one) => one.nginx), balancer, fpm];
  return {
    port: balancer.port,
    activator,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

async function haproxy(directory: string, sites: readonly Site[]): Promise<Balancer> {
  const port = await freePort();
  const socket = join(directory, 'admin.sock');
  const config = join(directory, 'haproxy.cfg');
  writeFileSync(config, haproxyConfig(port, socket, sites));
  const started = await start(['haproxy', '-db', '-f', config], () => true);
  return { ...started, port, drain: { haproxy: { socket, backend: 'web' } } };
}

async function nginx(directory: string, sites: readonly Site[]): Promise<Balancer> {
  const servers = join(directory, 'servers');
  mkdirSync(servers);
  for (const { name, nginx: own } of sites)
    writeFileSync(join(servers, `${name}.conf`), `server 127.0.0.1:${own.port};\n`);
  const started = await startNginx(join(directory, 'balancer'), {
    http: `upstream web { include ${servers}/*.conf; }`,
    server: 'location / { proxy_pass http://web; proxy_set_header Connection close; }',
  });
  return { ...started, drain: { nginx: { file: `${servers}/{{ host }}.conf`, reload: started.reload } } };
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
