import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedServer } from '../../src/demo/server/server.ts';
import type { Fault } from '../../src/demo/visitors/judge.ts';
import { spoilt, type Tally } from '../../src/demo/visitors/tally.ts';
import { inviteVisitors, type Visitors } from '../../src/demo/visitors/visitors.ts';

const shop = 'The shop';

/** A deploy path that is treated as the test wants, with the real server and real visitors at it. */
interface Site {
  readonly path: string;
  readonly visitors: Visitors;
}

describe('the visitors', () => {
  it('find nothing wrong with swaps by rename', async () => {
    const tally = await visited(async ({ path, visitors }) => {
      for (let release = 2; release <= 12; release++) {
        await build(path, release, { assetsOf: Array.from({ length: release - 1 }, (_, i) => i + 1) });
        await visitors.expect([release - 1, release]);
        await point(path, release);
        await visitors.expect([release]);
        await sleep(100);
      }
    });
    assert.deepEqual(tally.samples, []);
    assert.equal(spoilt(tally), 0);
    assert.ok(tally.requests > 0);
  });

  it('notice a link that is removed before it is made anew', async () => {
    await mustNotice('failed', async ({ path, visitors }) => {
      await visitors.expect([1]);
      await rm(join(path, 'current'));
      await sleep(50);
      await symlink('releases/1', join(path, 'current'));
    });
  });

  it('notice a release that is copied over the one in service', async () => {
    await mustNotice('mixed', async ({ path, visitors }) => {
      await visitors.expect([1, 2]);
      for (const release of [2, 1])
        for (const [file, text] of Object.entries(filesOf(release)).filter(([name]) => name.endsWith('.html'))) {
          await writeFile(join(path, 'releases/1', file), text);
          await sleep(20);
        }
    });
  });

  it('notice that the assets of the release before are gone', async () => {
    await mustNotice('missingAssets', async ({ path, visitors }, round) => {
      await build(path, round + 1, { assetsOf: [] });
      await visitors.expect([round, round + 1]);
      await point(path, round + 1);
      await sleep(50);
    });
  });

  it('notice that sessions stay behind in the release before', async () => {
    await mustNotice('lostSessions', async ({ path, visitors }, round) => {
      await build(path, round + 1, { assetsOf: [round], ownStorage: true });
      await visitors.expect([round, round + 1]);
      await point(path, round + 1);
      await sleep(100);
    });
  });

  it('notice a release that answers although it is not in service', async () => {
    await mustNotice('outOfService', async ({ visitors }) => {
      await visitors.expect([2]);
      await sleep(50);
    });
  });
});

const mostRounds = 100;

/** Does the same harm again until somebody has noticed it: how soon that is depends on the machine, that it happens does not. */
async function mustNotice(fault: Fault, harm: (site: Site, round: number) => Promise<void>): Promise<void> {
  await visited(async (site) => {
    let seen = 0;
    for (let round = 1; seen === 0 && round <= mostRounds; round++) {
      await harm(site, round);
      seen = (await site.visitors.expect([round, round + 1]))[fault];
    }
    assert.ok(seen > 0, `Nobody noticed in ${mostRounds} rounds.`);
  });
}

async function visited(happens: (site: Site) => Promise<void>): Promise<Tally> {
  const path = mkdtempSync(join(tmpdir(), 'cutover-test-'));
  try {
    await mkdir(join(path, 'storage/sessions'), { recursive: true });
    await writeFile(join(path, '.env'), `SHOP_NAME=${shop}\n`);
    await build(path, 1, { assetsOf: [] });
    await point(path, 1);
    await using server = await startEmbeddedServer(join(path, 'current'));
    await using visitors = inviteVisitors({ url: server.url, shop, visitors: 5, longestPauseMs: 30 });
    await visitors.expect([1]);
    await happens({ path, visitors });
    return await visitors.leave();
  } finally {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A release with its own assets and those of others, and with shared paths unless it has a storage of its own. */
async function build(path: string, release: number, how: { assetsOf: readonly number[]; ownStorage?: boolean }) {
  const root = join(path, 'releases', String(release));
  await mkdir(join(root, 'public/parts'), { recursive: true });
  await mkdir(join(root, 'public/assets'), { recursive: true });
  for (const [file, text] of Object.entries(filesOf(release))) await writeFile(join(root, file), text);
  for (const other of [release, ...how.assetsOf])
    await writeFile(join(root, 'public', assetOf(other)), stylesOf(other));
  await symlink('../../.env', join(root, '.env'));
  if (!how.ownStorage) await symlink('../../storage', join(root, 'storage'));
}

async function point(path: string, release: number): Promise<void> {
  await symlink(`releases/${release}`, join(path, 'current.new'));
  await rename(join(path, 'current.new'), join(path, 'current'));
}

function filesOf(release: number): Readonly<Record<string, string>> {
  return {
    'public/index.html': `<title>{{ SHOP_NAME }}</title><link href="${assetOf(release)}">{{ header.html }}<p data-release="${release}">{{ footer.html }}`,
    'public/parts/header.html': `<p data-release="${release}">`,
    'public/parts/footer.html': `<p data-release="${release}">`,
  };
}

function assetOf(release: number): string {
  const styles = stylesOf(release);
  return `/assets/app.${createHash('sha1').update(`blob ${styles.length}\0${styles}`).digest('hex')}.css`;
}

function stylesOf(release: number): string {
  return `/* ${release} */`;
}
