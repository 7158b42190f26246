import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cut, canMountLoops, type Disk, type DiskKind, mountDisk } from '../kit/disk.ts';
import { type Shop, shop, succeeded } from '../kit/shop.ts';
import { makeTools, pathOf } from '../kit/tools.ts';
import { until } from '../kit/until.ts';
import { type Lifetime, workspace } from '../source/kit.ts';

const files = Object.fromEntries(
  Array.from({ length: 60 }, (_, i) => [`pages/${i}.html`, `page ${i} of a release\n`.repeat(20)]),
);

describe('a power cut of a host around the swap', () => {
  for (const kind of ['ext4', 'xfs'] as const)
    it(`leaves what current names whole, at whatever moment, on ${kind}`, async (t) => {
      const found = await seenAfterCuts(t, kind, null);
      if (found === null) return;
      t.diagnostic(`${found.length} cuts: ${JSON.stringify(countsOf(found))}`);
      assert.deepEqual(
        found.filter(({ state }) => state === 'broken'),
        [],
      );
      assert.equal(found.at(-1)?.state, 'new', 'what a deployment said to be in service was lost by the cut after it');
      assert.ok(found.some(({ state }) => state === 'old'));
    });

  it('would leave it broken without the flush, which shows that these cuts are real', async (t) => {
    const found = await seenAfterCuts(t, 'ext4', 'exit 0');
    if (found === null) return;
    t.diagnostic(JSON.stringify(countsOf(found)));
    assert.ok(found.some(({ state }) => state === 'broken' || state === 'nothing'));
  });
});

interface Seen {
  readonly state: 'old' | 'new' | 'broken' | 'nothing';
  readonly what: string;
}

/** Deploys twice, cuts the power at many moments of the second time and a while after it, and looks at each disk. */
async function seenAfterCuts(t: TestContext, kind: DiskKind, sync: string | null): Promise<readonly Seen[] | null> {
  if (!canMountLoops()) {
    t.skip('this user may not mount loop devices');
    return null;
  }
  const life = lastFirst(t);
  const directory = workspace(life);
  const path = join(directory, 'mounted');
  const disk = mountDisk(life, kind, { directory, path });
  const tools = sync === null ? {} : { instead: { sync } };
  const site = await shop(life, {
    sshd: { rc: pathOf(makeTools(join(directory, 'tools'), tools)) },
    host: () => ({ path: join(path, 'web1') }),
  });
  site.change({ ...files, 'index.html': 'old\n' });
  succeeded(await site.cutover('deploy'));
  const cuts = await cutWhileDeploying(site, { disk, releases: join(path, 'web1/releases') });
  const expected = ['index.html', ...Object.keys(files)];
  const seen: Seen[] = [];
  for (const cut of cuts) seen.push(await cut.afterwards((point) => look(join(point, 'web1'), expected)));
  return seen;
}

/** What was made last is put away first: a directory is removed when nothing is mounted in it any more. */
function lastFirst(t: TestContext): Lifetime {
  const ends: (() => unknown)[] = [];
  t.after(async () => {
    for (const end of ends) await end();
  });
  return { after: (end) => void ends.unshift(end) };
}

async function cutWhileDeploying(
  site: Shop,
  { disk, releases }: { disk: Disk; releases: string },
): Promise<readonly Cut[]> {
  const cuts: Cut[] = [];
  site.change({ 'index.html': 'new\n' });
  let isOver = false;
  const ended = site.cutover('deploy').finally(() => {
    isOver = true;
  });
  await until(
    'the next release begins',
    () => readdirSync(releases).filter((name) => !name.startsWith('.')).length > 1,
  );
  while (!isOver && cuts.length < 8) {
    cuts.push(disk.cut());
    await sleep(30);
  }
  succeeded(await ended);
  cuts.push(disk.cut());
  await sleep(2500);
  cuts.push(disk.cut());
  return cuts;
}

function look(deployPath: string, expected: readonly string[]): Seen {
  const link = join(deployPath, 'current');
  let target: string;
  try {
    target = readlinkSync(link);
  } catch {
    return { state: 'nothing', what: 'current is not there' };
  }
  const index = readOr(join(link, 'index.html'));
  const broken = expected.filter((file) => (readOr(join(link, file)) ?? '') === '');
  const record = join(deployPath, '.cutover/releases', `${basename(target)}.json`);
  if (broken.length > 0) return { state: 'broken', what: `${broken.length} files of ${target} are empty or gone` };
  if (!isJson(readOr(record))) return { state: 'broken', what: `the record of ${target} is not whole` };
  return { state: index === 'new\n' ? 'new' : 'old', what: target };
}

function readOr(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function isJson(text: string | null): boolean {
  try {
    return typeof JSON.parse(text ?? '') === 'object';
  } catch {
    return false;
  }
}

function countsOf(seen: readonly Seen[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { state } of seen) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
