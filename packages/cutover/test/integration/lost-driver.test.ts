import assert from 'node:assert/strict';
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before as beforeAll, describe, it } from 'node:test';
import { stateOf } from '../../src/model/release.ts';
import type { Call } from '../kit/call.ts';
import { ended, type Shop, shopForAll, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';

const hosts = ['web1', 'web2'] as const;

describe('a driver that is gone between activation and confirmation', () => {
  const opened = shopForAll({ hosts });
  let health: Server;
  beforeAll(() => {
    health = createServer((_, response) => {
      response.statusCode = existsSync(join(opened().directory, 'healthy')) ? 200 : 503;
      response.end();
    });
    return new Promise<void>((resolve) => void health.listen(0, '127.0.0.1', resolve));
  });
  after(() => health.close());

  /** A deployment whose hosts serve the new release, and whose check, from here, does not pass yet. */
  async function activated(site: Shop): Promise<{ site: Shop; before: string | null; release: string; call: Call }> {
    rmSync(join(site.directory, 'healthy'), { force: true });
    if (site.serves('web1') === null) {
      site.configure(patient);
      succeeded(await site.cutover('deploy'));
    }
    site.change({ 'index.html': `${Math.random()}\n` });
    const before = site.serves('web1');
    const { port } = health.address() as AddressInfo;
    site.configure({ ...lives, checks: [{ http: `http://127.0.0.1:${port}/`, within: '5m' }] });
    const call = site.start('deploy');
    const isNew = (host: string) => site.serves(host) !== before;
    await until('the new release is in service', () => hosts.every(isNew), call);
    return { site, before, release: site.serves('web1') ?? '', call };
  }

  it('by SIGKILL: the hosts go back by themselves, say so, and the next deployment succeeds without help', async () => {
    const { site, before, release, call } = await activated(opened());
    call.kill('SIGKILL');
    await call.ended;
    const unlock = await site.cutover('unlock');
    ended(unlock, 3);
    assert.match(unlock.err, /a guard still waits on web1 and web2 for the confirmation/);
    await until('both hosts go back', () => hosts.every((host) => site.serves(host) === before));
    for (const host of hosts) {
      await until(`${host} has recorded it`, () => stateOf(site.record(host, release)) === 'failed');
      assert.equal(site.isLocked(host), true);
    }
    const status = await site.cutover('status');
    assert.match(status.out, /went back to \d+ by itself: \d+ was never confirmed/);
    await silent(site);
    site.configure(patient);
    const next = await site.cutover('deploy');
    succeeded(next);
    assert.match(next.out, /took over the lock of \S+, which gave no sign of life any more/);
    assert.equal(new Set(hosts.map((host) => site.serves(host))).size, 1);
    assert.notEqual(site.serves('web1'), before);
    assert.deepEqual(
      hosts.map((host) => site.isLocked(host)),
      [false, false],
    );
    assert.match((await site.cutover('history')).out, /by itself|taken over/);
  });

  it('for a while, and comes back after the hosts went back: its confirmation is refused, and it puts all in order', async () => {
    const { site, before, call } = await activated(opened());
    process.kill(call.pid, 'SIGSTOP');
    await until('both hosts go back', () => hosts.every((host) => site.serves(host) === before));
    writeFileSync(join(site.directory, 'healthy'), '');
    process.kill(call.pid, 'SIGCONT');
    const returned = await call.ended;
    ended(returned, 1);
    assert.match(returned.out, /has gone back by itself/);
    assert.deepEqual(
      hosts.map((host) => [site.serves(host), site.isLocked(host)]),
      hosts.map(() => [before, false]),
    );
  });

  it('but whose deployment lives keeps its lock, however long it takes', async () => {
    const site = opened();
    site.configure({ ...patient, hooks: { build: [waitFor(site, 'go')] } });
    const first = site.start('deploy');
    await until(
      'it builds',
      () => hosts.every((host) => existsSync(join(site.path(host), '.cutover/lock/step'))),
      first,
    );
    for (let round = 0; round < 3; round += 1) ended(await site.cutover('prune'), 4);
    writeFileSync(join(site.directory, 'go'), '');
    succeeded(await first.ended);
  });
});

/** Dead is who is silent for so long; a confirmation may take its time. */
const patient = { lostAfter: '10s' };

/** As little patience as a busy machine allows. */
const lives = { ...patient, confirmWithin: '5s' };

/** Long enough without a sign of life from the deployment that holds the locks. */
async function silent(site: Shop): Promise<void> {
  const beat = (host: string) => statSync(join(site.path(host), '.cutover/lock/heartbeat')).mtimeMs;
  await until('it is silent for long', () => hosts.every((host) => Date.now() - beat(host) > 11_000));
}

function waitFor(site: Shop, file: string): string {
  return `until [ -e '${join(site.directory, file)}' ]; do sleep 0.1; done`;
}
