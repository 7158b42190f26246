import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClosedFacts, HostFacts } from '../../src/model/facts.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { refusalLines } from '../../src/report/refusals.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { aHost, aWish, noonMs, settingsFor, wanted } from '../kit/wishes.ts';

const served = hostWith([
  ['20260301100000', 'retired'],
  ['20260302100000', 'live'],
]);

function wishWith(more: Partial<HostFacts>): ReturnType<typeof aWish> {
  const facts = { ...memoryFacts(served, new Date(noonMs).toISOString()), ...more };
  return aWish(settingsFor([aHost('web1')]), { web1: facts });
}

function closed(name: string, more: Partial<ClosedFacts> = {}): ClosedFacts {
  return { path: `/srv/shop${name}`, owner: 'root', mode: '755', readOnlyMount: null, ...more };
}

const serves = '20260302100000 is in service and stays.';
const whose = 'belongs to root (mode 755) and is not writable for deploy, as whom Cutover connects.';
const makeIt = 'Nothing is in service there. Make it once, on the host:';

const cases: readonly (readonly [what: string, facts: Partial<HostFacts>, told: readonly string[]])[] = [
  [
    'a lock does not say whose it is, nobody is told to wait for it',
    { lock: { kind: 'unnamed' } },
    [
      'web1: the deploy path is locked, and the lock does not say by whom: it is never taken over. Once you know that nobody deploys there, "cutover unlock" frees it.',
    ],
  ],
  [
    'the deploy path is somebody else’s',
    { closed: [closed('')] },
    [`web1: /srv/shop ${whose} ${serves} On the host: \`sudo chown deploy /srv/shop\`.`],
  ],
  [
    'what is Cutover’s own is somebody else’s, it changes hands with all that is in it',
    { closed: [closed('/.cutover'), closed('/.cutover/runs')] },
    [`web1: /srv/shop/.cutover ${whose} ${serves} On the host: \`sudo chown -R deploy /srv/shop/.cutover\`.`],
  ],
  [
    'all of it is somebody else’s, it is told together',
    { closed: [closed(''), closed('/.cutover'), closed('/releases'), closed('/.cutover/runs')] },
    [
      `web1: /srv/shop, /srv/shop/.cutover and /srv/shop/releases belong to root (mode 755) and are not writable for deploy, as whom Cutover connects. ${serves} On the host: \`sudo chown deploy /srv/shop /srv/shop/releases && sudo chown -R deploy /srv/shop/.cutover\`.`,
    ],
  ],
  [
    'only a part of what is Cutover’s own is somebody else’s',
    { closed: [closed('/.cutover', { owner: 'deploy', mode: '555' }), closed('/.cutover/runs')] },
    [
      `web1: /srv/shop/.cutover belongs to deploy, as whom Cutover connects, and yet is not writable (mode 555). /srv/shop/.cutover/runs ${whose} ${serves} On the host: \`sudo chown -R deploy /srv/shop/.cutover/runs && chmod u+rwx /srv/shop/.cutover\`.`,
    ],
  ],
  [
    'the releases are, they do not',
    { closed: [closed('/releases')] },
    [`web1: /srv/shop/releases ${whose} ${serves} On the host: \`sudo chown deploy /srv/shop/releases\`.`],
  ],
  [
    'the mode lets its owner write',
    { closed: [closed('/releases', { owner: 'deploy', mode: '2755' })] },
    [
      `web1: /srv/shop/releases belongs to deploy, as whom Cutover connects, and yet is not writable (mode 2755). ${serves} On the host: \`sudo chattr -i /srv/shop/releases\`.`,
    ],
  ],
  [
    'the mode forbids it to the owner',
    { closed: [closed('/releases', { owner: 'deploy', mode: '555' })] },
    [
      `web1: /srv/shop/releases belongs to deploy, as whom Cutover connects, and yet is not writable (mode 555). ${serves} On the host: \`chmod u+rwx /srv/shop/releases\`.`,
    ],
  ],
  [
    'a file system is mounted for reading only',
    { closed: [closed('', { readOnlyMount: '/srv' }), closed('/.cutover', { readOnlyMount: '/srv' })] },
    [
      `web1: /srv/shop and /srv/shop/.cutover lie below /srv, which is mounted for reading only. ${serves} On the host: \`sudo mount -o remount,rw /srv\`.`,
    ],
  ],
  [
    'the host cannot tell whose it is',
    { closed: [closed('/releases', { owner: '', mode: '' })], current: { kind: 'nothing' } },
    [
      'web1: /srv/shop/releases is not writable for deploy, as whom Cutover connects. Nothing is in service there. On the host: `sudo chown deploy /srv/shop/releases`.',
    ],
  ],
  [
    'the deploy path cannot be made where it is to be',
    {
      deployPath: { kind: 'missing', canCreate: false },
      closed: [closed('', { path: '/srv' })],
      current: { kind: 'nothing' },
    },
    [
      `web1: /srv/shop does not exist and deploy cannot make it. /srv ${whose} ${makeIt} \`sudo install -d -o deploy /srv/shop\`.`,
    ],
  ],
  [
    'something that is no directory is in the way of it',
    { deployPath: { kind: 'missing', canCreate: false }, current: { kind: 'nothing' } },
    [
      'web1: /srv/shop cannot be made: something on the way to it is not a directory. Move that away, or choose another path.',
    ],
  ],
];

describe('a deployment is refused with whole sentences where', () => {
  for (const [what, facts, told] of cases)
    it(what, () => {
      const planned = planDeploy(wishWith(facts), wanted);
      assert.deepEqual(planned.ok ? [] : refusalLines(planned.refusals, noonMs), told);
    });
});

it('a rollback is refused where Cutover may not write what is its own, but not for the releases, nor for where shared directories are to be made', () => {
  const shared = { 'storage/app': 'missing' } as const;
  assert.equal(planRollback(wishWith({ closed: [closed('/storage')], shared }), null).ok, true);
  assert.equal(planRollback(wishWith({ closed: [closed('/releases')] }), null).ok, true);
  assert.equal(planRollback(wishWith({ closed: [closed('/.cutover/releases')] }), null).ok, false);
});

describe('a rollback without a name is refused', () => {
  type Releases = Parameters<typeof hostWith>[0];
  const [a, b, c] = ['20260301100000', '20260302100000', '20260303100000'] as const;
  const told = (hosts: Readonly<Record<string, Releases>>): readonly string[] => {
    const clock = new Date(noonMs).toISOString();
    const facts = Object.entries(hosts).map(([name, releases]) => [name, memoryFacts(hostWith(releases), clock)]);
    const wish = aWish(settingsFor(Object.keys(hosts).map((name) => aHost(name))), Object.fromEntries(facts));
    const planned = planRollback(wish, null);
    return planned.ok ? [] : refusalLines(planned.refusals, noonMs);
  };
  const behind: Releases = [
    [a, 'retired'],
    [c, 'live'],
  ];
  const ahead: Releases = [
    [a, 'retired'],
    [b, 'retired'],
    [c, 'live'],
  ];
  const leftOut: Releases = [[b, 'live']];

  it('where hosts would go back to different releases, and one that all have is named', () => {
    const differ = 'The hosts would go back to different releases';
    assert.deepEqual(told({ web1: ahead, web2: behind }), [
      `${differ} (web1: ${b}, web2: ${a}). Name one that all of them have: cutover rollback ${a}.`,
    ]);
    assert.deepEqual(told({ web1: ahead, web2: [[a, 'retired'], ...leftOut] }), [
      `${differ} (web1: ${b}, web2: ${a}). Name one that all of them have: cutover rollback ${b}.`,
    ]);
    assert.deepEqual(
      told({
        web1: behind,
        web2: [
          [b, 'retired'],
          [c, 'live'],
        ],
      }),
      [`${differ} (web1: ${a}, web2: ${b}). They have none in common: name the hosts as well, with --host.`],
    );
  });

  it('where nothing else is left than what was rolled back from, which is named', () => {
    assert.deepEqual(told({ web1: leftOut }), ['web1: there is no earlier release to go back to.']);
    assert.deepEqual(told({ web1: [...leftOut, [c, 'bad']] }), [
      `web1: there is no earlier release to go back to, apart from what was rolled back from: ${c}. One that is named is taken all the same: cutover rollback ${c}.`,
    ]);
  });
});
