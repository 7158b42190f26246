import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LaravelShop, laravelShop } from '../../packages/cutover/test/kit/laravel.ts';
import { type Redis, startRedis } from '../../packages/cutover/test/kit/redis.ts';
import type { Lifetime } from '../../packages/cutover/test/source/kit.ts';
import { removalOver } from '../kit/removal.ts';

const run = promisify(execFile);

/** What a soak found; nothing `wrong` is what is wanted. */
export interface Soaked {
  readonly deployments: number;
  readonly rollbacks: number;
  readonly visits: number;
  readonly jobs: number;
  readonly releases: readonly string[];
  /** Releases that Redis holds keys of. */
  readonly inRedis: readonly string[];
  readonly wrong: readonly string[];
}

/** Deploys and goes back, round by round; every fourth round is a rollback. */
export async function soak(
  t: Lifetime,
  { rounds, keep }: { readonly rounds: number; readonly keep: number },
): Promise<Soaked> {
  const { site, redis } = await opened(t, keep);
  const counts = { deployments: 0, rollbacks: 0, visits: 0, jobs: 0 };
  const wrong: string[] = [];
  await acted(site, ['deploy'], wrong);
  counts.deployments += 1;
  let over = false;
  const visitors = (async () => {
    while (!over) {
      counts.visits += 1;
      wrong.push(...(await visit(site)));
    }
  })();
  for (let round = 1; round < rounds; round += 1) {
    const isBack = round % 4 === 3;
    if (!isBack) site.change({ 'round.txt': `${round}\n` });
    site.php(site.release(), ['artisan', 'ask', 'job', join(site.directory, 'jobs'), String(round)]);
    site.run(site.release(), ['artisan', 'queue:work', '--stop-when-empty']);
    await acted(site, [isBack ? 'rollback' : 'deploy'], wrong);
    counts[isBack ? 'rollbacks' : 'deployments'] += 1;
    counts.jobs += 1;
  }
  await acted(site, ['prune', '--yes'], wrong);
  over = true;
  await visitors;
  const [releases, inRedis] = [site.releases('web1'), releasesIn(redis)];
  wrong.push(
    ...inRedis.filter((name) => !releases.includes(name)).map((name) => `Redis holds keys of ${name}, which is gone.`),
  );
  const amiss = jobsAmiss(site, counts.jobs);
  await removalOver(join(site.path('web1'), 'releases'));
  return { ...counts, releases, inRedis, wrong: [...wrong, ...amiss] };
}

async function opened(t: Lifetime, keep: number): Promise<{ readonly site: LaravelShop; readonly redis: Redis }> {
  const accept = { 'scheduler-isolated': 'One command only.', 'content-in-release': 'Nothing is edited.' };
  const site = await laravelShop(t, 'statamic', { config: { isolation: 'store', keep, accept } });
  const redis = await startRedis(site.directory);
  t.after(() => redis.stop());
  site.env({
    REDIS_PORT: String(redis.port),
    CACHE_DRIVER: 'redis',
    CACHE_KEYS: 'own',
    STACHE_STORE: 'redis',
    REDIS_LOCK_CONNECTION: 'default',
    CACHE_LIMITER: 'shared',
    QUEUE_CONNECTION: 'redis',
  });
  return { site, redis };
}

async function acted(site: LaravelShop, args: readonly string[], wrong: string[]): Promise<void> {
  const { code, out, err } = await site.cutover(...args);
  if (code !== 0) wrong.push(`cutover ${args.join(' ')} ended with ${code}: ${out}${err}`);
}

/** A page must come from the release that was in service when it was asked for, or from the one that is when it came. */
async function visit(site: LaravelShop): Promise<readonly string[]> {
  const before = site.serves('web1') ?? '';
  const { stdout } = await run('php', ['please', 'page', 'home'], { cwd: join(site.path('web1'), 'current/') });
  const allowed = [before, site.serves('web1') ?? ''].map(
    (name) => `home one from ${site.release(name)}/content/home.md`,
  );
  return allowed.includes(stdout.trim()) ? [] : [`A visitor of ${before} got: ${stdout.trim()}`];
}

function releasesIn(redis: Redis): readonly string[] {
  const keys = redis.cli(['-n', '1', 'keys', '*']).split('\n');
  return [...new Set(keys.flatMap((key) => /^shop:(\d{14}):/.exec(key)?.[1] ?? []))].sort();
}

/** Each job once; one that still waits is run now. */
function jobsAmiss(site: LaravelShop, jobs: number): readonly string[] {
  const file = join(site.directory, 'jobs');
  writeFileSync(file, '', { flag: 'a' });
  site.php(site.release(), ['artisan', 'queue:work', '--stop-when-empty']);
  const ran = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  const wanted = Array.from({ length: jobs }, (_, i) => String(i + 1));
  return wanted
    .filter((job) => ran.filter((one) => one === job).length !== 1)
    .map((job) => `Job ${job} did not run once.`);
}
