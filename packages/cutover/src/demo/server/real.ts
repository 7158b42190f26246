import { join } from 'node:path';
import { currentLink } from '../../model/layout.ts';
import { findNginx, phpSite, startNginx } from './nginx.ts';
import { findPhpFpm, startPhpFpm } from './php-fpm.ts';
import type { WebServer } from './server.ts';

/** Starts nginx with PHP-FPM, as a server on the internet has them; null where one of them is not installed or does not start. */
export async function startRealServer(directory: string, deployPath: string): Promise<WebServer | null> {
  const [nginx, fpm] = [findNginx(), findPhpFpm()];
  if (nginx === null || fpm === null) return null;
  await using started = new AsyncDisposableStack();
  try {
    const pool = started.use(await startPhpFpm(fpm, { directory: join(directory, 'php-fpm') }));
    const root = join(currentLink(deployPath), 'public');
    const site = phpSite({ root, socket: pool.socket, names: '$realpath_root' });
    const web = started.use(await startNginx(nginx, { directory: join(directory, 'nginx'), site }));
    const running = started.move();
    return {
      name: 'nginx and PHP-FPM',
      url: web.url,
      fpm: pool.socket,
      [Symbol.asyncDispose]: () => running.disposeAsync(),
    };
  } catch {
    return null;
  }
}
