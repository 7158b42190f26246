import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostFacts } from '../../src/model/facts.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planRecover } from '../../src/plan/recover.ts';
import type { Planned } from '../../src/plan/refusal.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planAdopt, planEnvPush, planPrune, planPurge } from '../../src/plan/upkeep.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { refusalLines } from '../../src/report/refusals.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { aHost, aWish, noonMs, settingsFor, wanted } from '../kit/wishes.ts';

const boot = '5b0f6d0c-8b1e-4f0a-9c64-2f1d5b7a9e10';
const here = `${boot} shop 2049:131 `;

const served = memoryFacts(
  hostWith([
    ['20260301100000', 'retired'],
    ['20260302100000', 'live'],
  ]),
  new Date(noonMs).toISOString(),
);

type One = Partial<HostFacts> & { readonly path?: string; readonly receivesCode?: boolean };

function wishFor(hosts: readonly One[]): Wish {
  const all = hosts.map(({ path = '/srv/shop', receivesCode = true, ...facts }, i) => ({
    host: aHost(`web${i + 1}`, { deployPath: path, receivesCode }),
    facts: { ...served, ...facts },
  }));
  const facts = Object.fromEntries(all.map(({ host, facts: found }) => [host.name, found]));
  return aWish(settingsFor(all.map(({ host }) => host)), facts);
}

function told(planned: Planned<Plan>): readonly string[] {
  return planned.ok ? [] : refusalLines(planned.refusals, noonMs);
}

const serves = '20260302100000 is in service and stays.';
const all = 'what is done for one of them would count as done for all.';
const keep = 'Keep one of them in the config, with the roles of all, or name one: --host web1.';

const cases: readonly (readonly [what: string, hosts: readonly One[], told: readonly string[]])[] = [
  [
    'have one identity are refused',
    [{ identity: here }, { identity: here }],
    [`One machine answers for web1 and web2, and /srv/shop is one directory there: ${all} ${serves} ${keep}`],
  ],
  [
    'have one of three, with paths of their own, are named, and what is in service nowhere is nothing',
    [
      { identity: here, current: { kind: 'nothing' } },
      { identity: `${boot} other 2049:131 ` },
      { identity: here, current: { kind: 'nothing' }, path: '/var/www/shop' },
    ],
    [
      `One machine answers for web1 and web3, and /srv/shop and /var/www/shop are one directory there: ${all} Nothing is in service there. ${keep}`,
    ],
  ],
  ['cannot tell are taken for several', [{ identity: null }, { identity: null }], []],
  ['are containers on one kernel are several', [{ identity: here }, { identity: `${boot} shop 70:131 ` }], []],
  [
    'are copies of one machine that ran are several by their names',
    [{ identity: here }, { identity: `${boot} shop2 2049:131 ` }],
    [],
  ],
  [
    'lack different directories below the same one are several',
    [{ identity: `${here}/a` }, { identity: `${here}/b` }],
    [],
  ],
  [
    'are one, of which only one receives code, are no trouble',
    [{ identity: here }, { identity: here, receivesCode: false }],
    [],
  ],
];

describe('two hosts that', () => {
  for (const [what, hosts, refusals] of cases)
    it(what, () => assert.deepEqual(told(planDeploy(wishFor(hosts), wanted)), refusals));
});

const foreign: Partial<HostFacts> = {
  records: [],
  foreign: { kind: 'deployer', served: ['20260302100000'], revisions: {} },
};

const planners: Readonly<Record<string, (twice: (more?: One) => Wish) => Planned<Plan>>> = {
  deploy: (twice) => planDeploy(twice(), wanted),
  rollback: (twice) => planRollback(twice(), null),
  recover: (twice) => planRecover(twice()),
  prune: (twice) => planPrune(twice()),
  'cache purge': (twice) => planPurge(twice(), '20260301100000'),
  adopt: (twice) => planAdopt(twice(foreign)),
  'env push': (twice) => planEnvPush(twice(), { to: '.env', from: '/tmp/.env' }),
};

describe('hosts that are one directory are refused by', () => {
  const twice = (more: One = {}): Wish => wishFor([here, here].map((identity) => ({ identity, ...more })));
  const once = (more: One = {}): Wish => wishFor([{ identity: here, ...more }]);
  for (const [command, plan] of Object.entries(planners))
    it(command, () => {
      assert.match(told(plan(twice)).join('\n'), /^One machine answers for web1 and web2/);
      assert.deepEqual(told(plan(once)), []);
    });
});
