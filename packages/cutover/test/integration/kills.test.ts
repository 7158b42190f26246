import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stateOf } from '../../src/model/release.ts';
import type { Call } from '../kit/call.ts';
import { type Link, startLink } from '../kit/link.ts';
import { childrenOf } from '../kit/processes.ts';
import { ended, type Shop, shopForAll, succeeded } from '../kit/shop.ts';
import { Dice } from '../simulation/random.ts';

const rounds = Number(process.env['CUTOVER_KILLS'] ?? 5);
const seed = Number(process.env['CUTOVER_KILLS_FROM'] ?? 1);

/** Who is struck, in turn. */
const victims = ['driver', 'ssh', 'sshd', 'segment', 'link'] as const;

/** Killed with SIGKILL, or halted with SIGSTOP for a while; a link is dropped for a while, or lets nothing through: in turn as well, and on one host the other way round than on two. */
function blowOf(round: number, hosts: readonly string[]): Blow {
  return Math.floor(round / victims.length) % 2 === (hosts.length === 1 ? 0 : 1) ? 'halted' : 'killed';
}

type Blow = 'killed' | 'halted';

const haltMs = 3000;

/** A deployment waits this long in a hook, so that there is somebody to kill at whatever moment. */
const pause = 'sleep 1';

/** No deployment ends before it was struck, the first time that each is: then there is something to strike whatever the machine is busy with. */
const waitingFor = (file: string): string =>
  `tries=0; until [ -e '${file}' ] || [ "$tries" -ge 600 ]; do sleep 0.1; tries=$((tries + 1)); done`;

for (const hosts of [['web1'], ['web1', 'web2', 'web3']])
  describe(`a deployment to ${hosts.length === 1 ? 'one host' : `${hosts.length} hosts`}, of which something is killed or halted`, () => {
    const opened = shopForAll({ hosts });
    const links = new Map<string, Link>();
    before(async () => {
      for (const host of hosts) links.set(host, await startLink(opened().sshd(host).port));
      overLinks(opened(), links);
    });
    after(() => Promise.all([...links.values()].map((link) => link.close())));

    it(`leaves every host sound, and the next one succeeds without help, in ${rounds} rounds from seed ${seed}`, async (t) => {
      const site = opened();
      const slow = { lostAfter: '4s', hooks: { build: [pause], 'after activate': [pause] } };
      site.configure(slow);
      const struckBy = new Map<string, number>();
      const begun = performance.now();
      succeeded(await site.cutover('deploy'));
      const wholeMs = performance.now() - begun;
      const gate = join(site.directory, 'struck');
      for (let round = 0; round < rounds; round += 1) {
        const dice = new Dice(seed + round);
        const victim = victims[round % victims.length] ?? 'driver';
        site.change({ 'index.html': `round ${round}\n` });
        rmSync(gate, { force: true });
        const isKept = round < victims.length;
        site.configure(isKept ? { ...slow, hooks: { ...slow.hooks, 'before finish': [waitingFor(gate)] } } : slow);
        const call = site.start('deploy');
        await sleep(wholeMs * (0.1 + dice.next() * 0.6));
        const blow = blowOf(round, hosts);
        const struck = await strike(site, { call, victim, blow, host: dice.pick(hosts), links });
        writeFileSync(gate, '');
        struckBy.set(victim, (struckBy.get(victim) ?? 0) + struck);
        const { code } = await call.ended;
        const story = `round ${round}, seed ${seed + round}: ${struck} ${victim} ${blow}, exit ${code}`;
        t.diagnostic(story);
        if (blow === 'halted') assert.equal(code, 0, story);
        for (const host of hosts) assertSound(site, host, story);
        if (code === 1) for (const host of hosts) assert.equal(site.isLocked(host), false, story);
        site.configure({ lostAfter: '4s' });
        const next = await site.cutover('deploy', '--wait', '5m');
        ended(next, 0);
        for (const host of hosts) {
          assertSound(site, host, `after ${story}`);
          assert.equal(site.read(host, 'index.html'), `round ${round}\n`, story);
          assert.equal(stateOf(site.record(host, site.serves(host) ?? '')), 'live', story);
          assert.equal(site.isLocked(host), false, story);
        }
      }
      for (const [victim, struck] of struckBy) assert.ok(struck > 0, `no ${victim} was struck in any round`);
    });
  });

interface Strike {
  readonly call: Call;
  readonly victim: (typeof victims)[number];
  readonly blow: Blow;
  readonly host: string;
  readonly links: ReadonlyMap<string, Link>;
}

/** Lets ssh go over these links. */
function overLinks(site: Shop, links: ReadonlyMap<string, Link>): void {
  let config = readFileSync(site.sshConfig, 'utf8');
  for (const [host, { port }] of links) config = config.replace(`Port ${site.sshd(host).port}\n`, `Port ${port}\n`);
  writeFileSync(site.sshConfig, config);
}

/** Strikes processes that this test started, as soon as there are any; gives how many there were until the deployment ended. */
async function strike(site: Shop, on: Strike): Promise<number> {
  let isOver = false;
  void on.call.ended.then(() => (isOver = true));
  const link = on.victim === 'link' ? on.links.get(on.host) : undefined;
  while (!isOver) {
    if (link !== undefined && link.open > 0) {
      if (on.blow === 'killed') link.drop();
      else link.silence();
      await sleep(haltMs);
      link.restore();
      return 1;
    }
    const struck = victimsOf(site, on).filter((pid) => isHit(pid, on.blow === 'killed' ? 'SIGKILL' : 'SIGSTOP'));
    if (struck.length > 0) {
      if (on.blow === 'killed') return struck.length;
      await sleep(haltMs);
      for (const pid of struck) isHit(pid, 'SIGCONT');
      return struck.length;
    }
    await sleep(20);
  }
  return 0;
}

/** False for one that has ended by itself. */
function isHit(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function victimsOf(site: Shop, { call, victim, host }: Strike): readonly number[] {
  const sessions = childrenOf(site.sshd(host).pid);
  switch (victim) {
    case 'driver':
      return [call.pid];
    case 'ssh':
      return childrenOf(call.pid, host);
    case 'sshd':
      return sessions;
    case 'segment':
      return supervisorsOn(site.path(host));
    case 'link':
      return [];
  }
}

/** What runs detached on a host, by the journals that have no status yet. */
function supervisorsOn(path: string): readonly number[] {
  return globSync(join(path, '.cutover/runs/*/*/supervisor'))
    .filter((file) => !existsSync(join(file, '../status')))
    .map((file) => Number(readFileSync(file, 'utf8').split(' ')[0]))
    .filter((pid) => pid > 0);
}

/** `current` names a release that is whole and proven. */
function assertSound(site: Shop, host: string, story: string): void {
  const current = join(site.path(host), 'current');
  const release = basename(readlinkSync(current));
  assert.ok(readFileSync(join(current, 'index.html'), 'utf8') !== '', story);
  assert.ok(existsSync(join(current, 'REVISION')), story);
  assert.ok(
    !['building', 'failed'].includes(stateOf(site.record(host, release))),
    `${story}: ${host} serves ${release}`,
  );
}
