import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startNginx } from '../../packages/cutover/test/kit/nginx.ts';
import { npmInstall } from '../deploy/npm.ts';
import { must } from '../kit/run.ts';
import { cutoverFor } from './cutover.ts';
import { deployPath, type Opened } from './opened.ts';
import { scripted, swaps } from './scripts.ts';

/** Two instances in pm2's cluster on one port, which `pm2 reload` replaces one by one behind a swapped link. */
export async function nginxPm2(directory: string): Promise<Opened> {
  const path = deployPath(directory);
  const { home, pm2 } = await installed(directory);
  const port = await freePort();
  const entry = {
    name: 'app',
    script: `${path}/current/server.js`,
    cwd: `${path}/current`,
    instances: 2,
    exec_mode: 'cluster',
  };
  writeFileSync(join(home, 'apps.json'), JSON.stringify({ apps: [{ ...entry, env: { PORT: String(port) } }] }));
  const nginx = await startNginx(directory, {
    server: `location / { proxy_pass http://127.0.0.1:${port}; proxy_set_header Connection close; }`,
  });
  const activator = scripted({
    kind: 'node',
    path,
    script: swaps.capistrano,
    after: () =>
      existsSync(join(home, 'state/pm2.pid')) ? pm2('reload', 'app') : pm2('start', join(home, 'apps.json')),
    stop: () => pm2('kill'),
  });
  return { port: nginx.port, activator, stop: () => nginx.stop() };
}

/** Cutover with pm2 as the manager of its processes: an entry for each release, by the socket of each. */
export async function nginxCutoverPm2(directory: string): Promise<Opened> {
  const path = deployPath(directory);
  const { env, pm2 } = await installed(directory);
  const nginx = await startNginx(directory, {
    server: `location / { proxy_pass http://unix:${path}/current/app.sock; proxy_set_header Connection close; }`,
  });
  const config = { processManager: 'pm2', app: { process: { run: 'node server.js' } } };
  const activator = cutoverFor(directory, { kind: 'node', path, config, env });
  return {
    port: nginx.port,
    activator: { ...activator, stop: () => pm2('kill') },
    stop: () => nginx.stop(),
  };
}

interface Pm2 {
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly pm2: (...args: readonly string[]) => Promise<void>;
}

/** It comes from npm, for this run alone, and keeps what it knows in the directory. */
async function installed(directory: string): Promise<Pm2> {
  const home = join(directory, 'pm2');
  mkdirSync(home);
  await npmInstall(home, ['pm2@7']).catch((error: unknown) => {
    throw new Error(`pm2 could not be had from npm: ${String(error).split('\n')[0]}`);
  });
  const programs = join(home, 'node_modules/.bin');
  const path = `${programs}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PM2_HOME: join(home, 'state'), HOME: home, PATH: path };
  return {
    home,
    env,
    pm2: async (...args) => void (await must({ argv: [join(programs, 'pm2'), ...args], cwd: home, env })),
  };
}
