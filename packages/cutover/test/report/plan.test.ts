import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan, Step } from '../../src/plan/plan.ts';
import { renderPlan } from '../../src/report/plan.ts';

const receive: Step = {
  id: 'receive',
  title: 'receive the code',
  effect: { kind: 'receive', release: '20261123145709', takesSpare: true },
  script: 'cd /srv/shop\ngit unpack-objects < "$CUTOVER_PAYLOAD"',
  limitMs: 600_000,
  at: 'host',
  secrets: ['TOKEN'],
  payload: { kind: 'git-pack', tree: 'f00f', have: [] },
  undo: {
    kind: 'step',
    title: 'remove the release',
    effect: { kind: 'look' },
    script: 'rm -rf releases/20261123145709',
    limitMs: 60_000,
  },
};
const unlock: Step = {
  ...receive,
  id: 'unlock',
  title: 'give the lock back',
  script: 'rm -rf .cutover/lock',
  secrets: [],
  payload: null,
  undo: { kind: 'none', why: 'Closing work is not taken back.' },
};
const plan: Plan = {
  format: 1,
  deployment: '20261123145709-k3p7',
  kind: 'deploy',
  project: 'shop',
  stage: 'production',
  release: '20261123145709',
  revision: null,
  paths: {},
  basis: {},
  served: {},
  phases: [
    {
      name: 'prepare',
      waits: true,
      batches: [['web1', 'web2'], ['web3']],
      steps: { web1: [receive], web2: [receive], web3: [{ ...receive, at: 'here', script: 'cd /srv/other' }] },
      onFailure: 'undo',
    },
    { name: 'build', waits: false, batches: [['web1']], steps: { web1: [] }, onFailure: 'undo' },
    { name: 'finish', waits: true, batches: [['web1']], steps: { web1: [unlock] }, onFailure: 'warn' },
  ],
  closing: { web1: [unlock], web2: [unlock] },
  leftOut: {},
  notes: ['web3 was never deployed to.'],
};

describe('a plan', () => {
  it('shows every step, its exact shell and its undo, once for hosts that do the same', () => {
    assert.equal(
      renderPlan(plan, { verbose: false, colour: false }).join('\n'),
      `Deploying shop to production: as 20261123145709
! web3 was never deployed to.

prepare, one batch after another: web1 and web2 → web3
  web1 and web2
  • receive the code
    │ cd /srv/shop
    │ git unpack-objects < "$CUTOVER_PAYLOAD"
    sends the git objects of tree f00f that the host lacks
    gets the secrets TOKEN
    undo: remove the release
  web3
  • receive the code
    │ cd /srv/other
    runs on this machine
    sends the git objects of tree f00f that the host lacks
    gets the secrets TOKEN
    undo: remove the release

finish, a failure here only warns
  web1
  • give the lock back
    │ rm -rf .cutover/lock
    no undo: Closing work is not taken back.

closing, on every host, however it ends
  web1 and web2
  • give the lock back
    │ rm -rf .cutover/lock
    no undo: Closing work is not taken back.`,
    );
  });

  it('shows the shell of each undo and the limits when asked to', () => {
    const lines = renderPlan(plan, { verbose: true, colour: false });
    assert.ok(lines.includes('    │ rm -rf releases/20261123145709'));
    assert.ok(lines.includes('    is stopped after 10 minutes'));
  });
});
