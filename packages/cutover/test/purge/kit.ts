import { spawnSync } from 'node:child_process';
import { after, before } from 'node:test';
import type { ReleaseCache } from '../../src/model/cache.ts';
import { cachesPhp } from '../../src/plan/purge/php/main.ts';
import {
  type Certificate,
  makeCertificate,
  type Redis,
  startCluster,
  startRedis,
  startSentinel,
} from '../kit/redis.ts';
import { type Lifetime, workspace, write } from '../source/kit.ts';

/** One set of servers for a whole file of tests. */
export interface Servers {
  readonly open: Redis;
  /** Behind a password, with a user of its own (`ann`), and with TLS. */
  readonly secured: Redis;
  readonly certificate: Certificate;
  /** Watches the secured one as `mymaster`. */
  readonly sentinel: Redis;
  /** Behind the password too. */
  readonly cluster: readonly Redis[];
}

/** Passwords that must be seen nowhere. */
export const password = `pass word$"'!\\n`;
/** The password of the user `ann`. */
export const annsPassword = `ann's_secret!`;

/** Starts them before the first case and stops them after the last. */
export function serversForAll(): () => Servers {
  let made: Servers | null = null;
  const ends: (() => unknown)[] = [];
  before(async () => {
    made = await start({ after: (end) => void ends.unshift(end) });
  });
  after(async () => {
    for (const end of ends) await end();
  });
  return () => {
    if (!made) throw new TypeError('The servers start before the first case.');
    return made;
  };
}

async function start(t: Lifetime): Promise<Servers> {
  const directory = workspace(t);
  const certificate = makeCertificate(directory);
  const word = `requirepass ${JSON.stringify(password)}`;
  const entry = ['-a', password];
  const ann = `user ann on ${JSON.stringify(`>${annsPassword}`)} ~* &* +@all`;
  const [open, secured, cluster] = await Promise.all([
    startRedis(directory),
    startRedis(directory, { config: [word, ann], entry, certificate }),
    startCluster(directory, { config: [word], entry }),
  ]);
  const sentinel = await startSentinel(directory, secured.port, password);
  for (const redis of [open, secured, sentinel, ...cluster]) t.after(() => redis.stop());
  return { open, secured, certificate, sentinel, cluster };
}

/** The release in service and the one that leaves, in the tests of this room. */
export const live = '20260322120000';
/** The one that leaves. */
export const old = '20260101000000';

/** A deploy path with the two releases; the live one has this config cached. */
export interface Site {
  readonly path: string;
  /** Writes down what a release holds. */
  note(release: string, caches: readonly ReleaseCache[]): void;
  /** Does what is asked, as the host would: exit code, and all that was said. */
  ask(what: Ask): { readonly code: number | null; readonly said: string };
}

/** What is asked of the host's side. */
export interface Ask {
  readonly do: 'purge' | 'count' | 'status' | 'look';
  readonly isolation?: 'stache' | 'store' | 'off';
  readonly releases?: readonly string[];
  readonly kept?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Makes it. `caches` is what was written down of the old release. */
export function siteWith(t: Lifetime, config: object, caches: readonly ReleaseCache[] = []): Site {
  const path = workspace(t);
  write(path, {
    [`releases/${live}/bootstrap/cache/config.php`]: cachedConfig(config),
    [`releases/${live}/vendor/laravel/framework/src/Illuminate/Foundation/Application.php`]:
      "const VERSION = '12.1.0';",
    '.cutover/releases/.keep': '',
  });
  const note = (release: string, held: readonly ReleaseCache[]): void =>
    write(path, { [`.cutover/releases/${release}.caches`]: JSON.stringify({ format: 1, release, caches: held }) });
  if (caches.length > 0) note(old, caches);
  return {
    path,
    note,
    ask({ env = {}, ...ask }) {
      const whole = { isolation: 'off', releases: [old], kept: [live], live, declared: {}, ...ask };
      const ended = spawnSync('php', ['-d', 'display_errors=stderr'], {
        cwd: path,
        input: cachesPhp,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], ...env, CUTOVER_CACHES: JSON.stringify(whole) },
      });
      return { code: ended.status, said: ended.stdout + ended.stderr };
    },
  };
}

/** What `config:cache` would have written. */
export function cachedConfig(config: object): string {
  const json = Buffer.from(JSON.stringify(config)).toString('base64');
  return `<?php return json_decode(base64_decode('${json}'), true);\n`;
}
