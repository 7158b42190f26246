import { join } from 'node:path';
import { activatorFor, deployPath, type Opened } from './opened.ts';
import { type Started, startApache, startCaddy, startFpm } from './servers.ts';

/*
 * What computes answers behind Caddy and Apache.
 */

export function caddyPhp(directory: string): Promise<Opened> {
  return php(directory, 'resolved', (root, socket) =>
    startCaddy(directory, `\troot * ${root}\n\tphp_fastcgi unix/${socket} {\n\t\tresolve_root_symlink\n\t}`),
  );
}

export function apachePhp(directory: string): Promise<Opened> {
  return php(directory, 'link', (root, socket) =>
    startApache(
      directory,
      `DocumentRoot ${root}\nDirectoryIndex index.php\n<FilesMatch "\\.php$">\nSetHandler "proxy:unix:${socket}|fcgi://localhost"\n</FilesMatch>`,
    ),
  );
}

export function caddyNode(directory: string): Promise<Opened> {
  return node(directory, (socket) =>
    startCaddy(directory, `\treverse_proxy unix/${socket} {\n\t\ttransport http {\n\t\t\tkeepalive off\n\t\t}\n\t}`),
  );
}

export function apacheNode(directory: string): Promise<Opened> {
  return node(directory, (socket) =>
    startApache(directory, `ProxyPass / unix:${socket}|http://localhost/ disablereuse=on`),
  );
}

type Server = Started & { readonly port: number };

/** The web server starts when a first release is there. */
async function php(
  directory: string,
  scripts: 'resolved' | 'link',
  open: (root: string, socket: string) => Promise<Server>,
): Promise<Opened> {
  const path = deployPath(directory);
  const fpm = await startFpm(directory, '10s');
  const app = { entry: 'index.php', fpm: { socket: fpm.socket, scripts } };
  const activator = activatorFor(directory, { kind: 'php', script: null, config: { recipe: 'php', app } });
  await activator.activate(0);
  const server = await open(join(path, 'current'), fpm.socket);
  return { port: server.port, activator, stop: async () => void (await Promise.all([server.stop(), fpm.stop()])) };
}

async function node(directory: string, open: (socket: string) => Promise<Server>): Promise<Opened> {
  const path = deployPath(directory);
  const server = await open(join(path, 'current/app.sock'));
  const config = { app: { process: { run: 'node server.js' } } };
  const activator = activatorFor(directory, { kind: 'node', script: null, config });
  return { port: server.port, activator, stop: () => server.stop() };
}
