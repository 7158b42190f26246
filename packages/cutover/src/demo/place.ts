import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { environmentFile } from './application.ts';

/** A temporary directory in which the whole demo happens, with a home of its own: nothing of the user's is read or written. */
export interface Place extends Disposable {
  readonly directory: string;
  /** The repository of the shop. */
  readonly shop: string;
  readonly deployPath: string;
  /** All that the demo's programs know of the environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the directories; they are removed when the place is disposed of or the process exits, unless they are kept. */
export function makePlace(keep: boolean): Place {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-demo-'));
  const remove = (): void => {
    if (!keep && existsSync(directory)) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', remove);
  const [shop, deployPath, home] = ['shop', 'server', 'home'].map((name) => join(directory, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [shop, deployPath, home]) mkdirSync(path);
  writeFileSync(join(deployPath, '.env'), environmentFile);
  return {
    directory,
    shop,
    deployPath,
    env: environmentOf(home),
    [Symbol.dispose]() {
      process.off('exit', remove);
      remove();
    },
  };
}

/** This Node goes first in PATH: the health check may have nothing else to ask with. */
function environmentOf(home: string): Readonly<Record<string, string>> {
  return {
    PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
    HOME: home,
    XDG_STATE_HOME: join(home, '.local', 'state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    NODE_COMPILE_CACHE: join(home, '.cache', 'node'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    USER: 'demo',
    LC_ALL: 'C',
  };
}
