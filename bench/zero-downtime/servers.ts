import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../packages/cutover/test/kit/nginx.ts';

/** A server that was started, and how it is stopped. */
export interface Started {
  readonly pid: number;
  stop(): Promise<void>;
}

/** PHP-FPM with opcache and the settings that Debian ships; `control` is `process_control_timeout`. */
export async function startFpm(directory: string, control: string): Promise<Started & { readonly socket: string }> {
  const home = join(directory, 'fpm');
  mkdirSync(home, { recursive: true });
  const socket = join(home, 'fpm.sock');
  writeFileSync(
    join(home, 'fpm.conf'),
    `
[global]
pid = ${home}/fpm.pid
error_log = ${home}/error.log
daemonize = no
process_control_timeout = ${control}
[www]
listen = ${socket}
listen.mode = 0666
pm = static
pm.max_children = 10
`,
  );
  const args = ['-R', '-F', '-y', join(home, 'fpm.conf'), '-d', 'opcache.enable=1'];
  const started = await start([fpmProgram(), ...args], () => existsSync(socket));
  return { ...started, socket };
}

/** Caddy with one site; `site` is what stands in its block. */
export async function startCaddy(directory: string, site: string): Promise<Started & { readonly port: number }> {
  const port = await freePort();
  const config = join(directory, 'Caddyfile');
  writeFileSync(config, `{\n\tadmin off\n\tauto_https off\n}\nhttp://127.0.0.1:${port} {\n${site}\n}\n`);
  const started = await start(['caddy', 'run', '--config', config, '--adapter', 'caddyfile'], () => true, {
    HOME: directory,
  });
  return { ...started, port };
}

/** Apache with its event module and one site; `site` is what stands in its config beside that. */
export async function startApache(directory: string, site: string): Promise<Started & { readonly port: number }> {
  const port = await freePort();
  const home = join(directory, 'apache');
  mkdirSync(home, { recursive: true });
  const modules = ['mpm_event', 'authz_core', 'dir', 'alias', 'proxy', 'proxy_http', 'proxy_fcgi'].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  );
  writeFileSync(
    join(home, 'apache.conf'),
    `${modules.join('\n')}
ServerName localhost
ServerRoot ${home}
PidFile ${home}/apache.pid
ErrorLog ${home}/error.log
User www-data
Group www-data
Listen 127.0.0.1:${port}
MaxKeepAliveRequests 0
KeepAliveTimeout 60
${site}
<Directory />
  Options FollowSymLinks
  Require all granted
</Directory>
`,
  );
  const config = join(home, 'apache.conf');
  const started = await start(['apache2', '-f', config, '-DFOREGROUND'], () => existsSync(join(home, 'apache.pid')));
  return { ...started, port };
}

/** Starts a program and waits until it is there; it goes with this process at the latest. */
export async function start(
  [program, ...args]: readonly [string, ...string[]],
  isThere: () => boolean,
  env: NodeJS.ProcessEnv = {},
): Promise<Started> {
  const child = spawn(program, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  // Not KILL: what a server has started would be left to itself.
  const kill = () => void child.kill();
  process.once('exit', kill);
  for (let tries = 0; tries < 600 && !isThere() && child.exitCode === null; tries++) await sleep(50);
  if (child.exitCode !== null || child.pid === undefined) throw new Error(`${program} did not start.`);
  return {
    pid: child.pid,
    async stop() {
      process.off('exit', kill);
      await stopped(child);
    },
  };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function fpmProgram(): string {
  const found = ['/usr/sbin', '/usr/local/sbin']
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
    .find((path) => /\/php-fpm[\d.]*$/.test(path));
  if (found === undefined) throw new Error('There is no php-fpm here.');
  return found;
}
