import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, startNginx } from '../../packages/cutover/test/kit/nginx.ts';
import { balanced } from './balanced.ts';
import { activatorFor, type Case, deployPath, type Opened } from './opened.ts';
import { apacheNode, apachePhp, caddyNode, caddyPhp } from './others.ts';
import { nginxCutoverPm2, nginxPm2 } from './pm2.ts';
import { scripted, swaps } from './scripts.ts';
import { type Started, start, startApache, startCaddy, startFpm } from './servers.ts';
import { nginxCutoverSystemd } from './systemd.ts';

/** All of them: Cutover on every server, then what others do on the same ones. */
export const cases: readonly Case[] = [
  { server: 'nginx, files', way: 'Cutover', open: (directory) => nginxFiles(directory, null) },
  {
    server: 'nginx + PHP-FPM, $realpath_root',
    way: 'Cutover',
    long: true,
    open: (directory) => nginxPhp(directory, 'realpath_root', null),
  },
  {
    server: 'nginx + PHP-FPM, $document_root',
    way: 'Cutover',
    long: true,
    open: (directory) => nginxPhp(directory, 'document_root', null),
  },
  { server: 'Caddy, files', way: 'Cutover', open: (directory) => otherFiles(directory, startCaddy, caddyFiles) },
  { server: 'Caddy + PHP-FPM, resolve_root_symlink', way: 'Cutover', long: true, open: caddyPhp },
  { server: 'Caddy + Node, by socket', way: 'Cutover', long: true, open: caddyNode },
  { server: 'Apache, files', way: 'Cutover', open: (directory) => otherFiles(directory, startApache, apacheFiles) },
  { server: 'Apache + PHP-FPM, by the link', way: 'Cutover', long: true, open: apachePhp },
  { server: 'Apache + Node, by socket', way: 'Cutover', long: true, open: apacheNode },
  {
    server: 'nginx + Node, by socket',
    way: 'Cutover',
    long: true,
    open: (directory) => nginxNode(directory, 'socket'),
  },
  { server: 'nginx + Node, by port', way: 'Cutover', long: true, open: (directory) => nginxNode(directory, 'port') },
  {
    server: 'nginx + Node on a port, by socket',
    way: 'Cutover',
    long: true,
    open: (directory) => nginxNode(directory, 'bridge'),
  },
  { server: 'nginx + Node, by socket', way: 'Cutover, pm2', long: true, open: nginxCutoverPm2 },
  { server: 'nginx + Node, by socket', way: 'Cutover, systemd', long: true, open: nginxCutoverSystemd },
  {
    server: 'HAProxy, two hosts of nginx + PHP-FPM',
    way: 'Cutover, drained',
    long: true,
    open: (directory) => balanced(directory, 'haproxy'),
  },
  {
    server: 'nginx, two hosts of nginx + PHP-FPM',
    way: 'Cutover, drained',
    long: true,
    open: (directory) => balanced(directory, 'nginx'),
  },
  {
    server: 'nginx, files',
    way: "busybox ln -sfn (Alpine's)",
    open: (directory) => nginxFiles(directory, swaps.busyboxLink),
  },
  {
    server: 'nginx + PHP-FPM, $document_root',
    way: 'ln -sfn + reload of FPM',
    open: (directory) => nginxPhp(directory, 'document_root', swaps.link, true),
  },
  {
    server: 'nginx + PHP-FPM, $document_root',
    way: "Capistrano's swap",
    open: (directory) => nginxPhp(directory, 'document_root', swaps.capistrano),
  },
  {
    server: 'nginx + PHP-FPM, $document_root',
    way: "Deployer's swap",
    open: (directory) => nginxPhp(directory, 'document_root', swaps.deployer),
  },
  { server: 'nginx + Node, by port', way: 'kill and start', open: nginxNodeRestarted },
  { server: 'nginx + Node, by port', way: 'pm2 reload', long: true, open: nginxPm2 },
];

async function nginxFiles(directory: string, script: string | null): Promise<Opened> {
  const path = deployPath(directory);
  const nginx = await startNginx(directory, { server: `root ${path}/current; index index.html;` });
  return { port: nginx.port, activator: activatorFor(directory, { kind: 'static', script }), stop: () => nginx.stop() };
}

const caddyFiles = (root: string): string => `\troot * ${root}\n\tfile_server`;
const apacheFiles = (root: string): string => `DocumentRoot ${root}\nDirectoryIndex index.html`;

/** Apache does not start for a directory that is not there: a first release is. */
async function otherFiles(
  directory: string,
  open: (directory: string, site: string) => Promise<Started & { readonly port: number }>,
  site: (root: string) => string,
): Promise<Opened> {
  const path = deployPath(directory);
  const activator = activatorFor(directory, { kind: 'static', script: null });
  await activator.activate(0);
  const server = await open(directory, site(join(path, 'current')));
  return { port: server.port, activator, stop: () => server.stop() };
}

async function nginxPhp(
  directory: string,
  root: 'realpath_root' | 'document_root',
  script: string | null,
  reloads = false,
): Promise<Opened> {
  const path = deployPath(directory);
  // Debian's default for whoever reloads; what Cutover advises for itself.
  const fpm = await startFpm(directory, reloads ? '0' : '10s');
  const nginx = await startNginx(directory, {
    server: `root ${path}/current; location / { include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $${root}/index.php; fastcgi_param DOCUMENT_ROOT $${root}; fastcgi_pass unix:${fpm.socket}; }`,
  });
  const app = {
    kind: 'php',
    entry: 'index.php',
    fpm: { socket: fpm.socket, scripts: root === 'realpath_root' ? 'resolved' : 'link' },
    url: `http://127.0.0.1:${nginx.port}`,
    proof: false,
  };
  const after = reloads ? { after: () => Promise.resolve(void process.kill(fpm.pid, 'SIGUSR2')) } : {};
  const config = { recipe: 'php', app };
  return {
    port: nginx.port,
    activator: activatorFor(directory, { kind: 'php', script, config, ...after }),
    stop: async () => void (await Promise.all([nginx.stop(), fpm.stop()])),
  };
}

async function nginxNode(directory: string, by: 'socket' | 'port' | 'bridge'): Promise<Opened> {
  const path = deployPath(directory);
  // nginx starts with what is there: before the first deployment that is nothing to include.
  const http =
    by === 'port' ? `upstream app { include ${path}/current/app.upstream.con[f]; server 127.0.0.1:9 down; }` : '';
  const to = by === 'port' ? 'http://app' : `http://unix:${path}/current/app.sock`;
  const server = `location / { proxy_pass ${to}; proxy_set_header Connection close; }`;
  const nginx = await startNginx(directory, { server, http });
  const first = 20_000 + Math.floor((nginx.port % 100) * 100);
  const listen = {
    socket: { socket: 'app.sock' },
    bridge: { socket: 'app.sock', toPort: true },
    port: { ports: `${first}-${first + 50}`, reload: nginx.reload },
  }[by];
  const config = { app: { process: { run: 'node server.js', listen } } };
  return {
    port: nginx.port,
    activator: activatorFor(directory, { kind: 'node', script: null, config }),
    stop: () => nginx.stop(),
  };
}

/** What a restart is: the old process is ended, the new one started, on one port. */
async function nginxNodeRestarted(directory: string): Promise<Opened> {
  const path = deployPath(directory);
  const port = await freePort();
  const server = `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Connection close; }`;
  const nginx = await startNginx(directory, { server });
  let running: Started | null = null;
  const restart = async (release: string): Promise<void> => {
    await running?.stop();
    const run = `cd '${path}/releases/${release}' && exec node server.js`;
    running = await start(['sh', '-c', run], () => true, { PORT: String(port) });
    await answers(port);
  };
  const activator = scripted({
    kind: 'node',
    path,
    script: swaps.link,
    after: restart,
    stop: async () => running?.stop(),
  });
  return { port: nginx.port, activator, stop: () => nginx.stop() };
}

/** Until somebody answers there. */
async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isThere) return;
    await sleep(50);
  }
}
