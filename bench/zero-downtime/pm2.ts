import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, startNginx } from '../../packages/cutover/test/kit/nginx.ts';
import { npmInstall } from '../deploy/npm.ts';
import { must } from '../kit/run.ts';
import { deployPath, type Opened } from './opened.ts';
import { scripted, swaps } from './scripts.ts';

/** Two instances in pm2's cluster on one port, which `pm2 reload` replaces one by one behind a swapped link. pm2 comes from npm, for this run alone. */
export async function nginxPm2(directory: string): Promise<Opened> {
  const path = deployPath(directory);
  const home = join(directory, 'pm2');
  mkdirSync(home);
  await npmInstall(home, ['pm2@7']).catch((error: unknown) => {
    throw new Error(`pm2 could not be had from npm: ${String(error).split('\n')[0]}`);
  });
  const port = await freePort();
  const entry = {
    name: 'app',
    script: `${path}/current/server.js`,
    cwd: `${path}/current`,
    instances: 2,
    exec_mode: 'cluster',
  };
  writeFileSync(join(home, 'apps.json'), JSON.stringify({ apps: [{ ...entry, env: { PORT: String(port) } }] }));
  const env = { ...process.env, PM2_HOME: join(home, 'state'), HOME: home };
  const pm2 = async (...args: readonly string[]): Promise<void> =>
    void (await must({ argv: [join(home, 'node_modules/.bin/pm2'), ...args], cwd: home, env }));
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
