import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

/*
 * Deployments and rollbacks of a site that behaves like Statamic, with its whole store in Redis, while visitors read and jobs are
 * queued: at the end nothing may be left of releases that are gone, and nobody may have seen a path of another release.
 * node bench/caches/main.ts [--rounds 100] [--keep 5]
 */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, keep: { type: 'string', default: '5' } },
});

const ends: (() => unknown)[] = [];
try {
  const found = await soak(
    { after: (end) => void ends.push(end) },
    { rounds: Number(values.rounds), keep: Number(values.keep) },
  );
  console.log(JSON.stringify(found, null, 2));
  if (found.wrong.length > 0) process.exitCode = 1;
} finally {
  for (const end of ends.reverse()) await end();
}
