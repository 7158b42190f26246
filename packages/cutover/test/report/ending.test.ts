import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fold } from '../../src/events/fold.ts';
import { initialState } from '../../src/events/state.ts';
import type { Failure, UnreachableReason } from '../../src/model/failure.ts';
import { ending } from '../../src/report/ending.ts';
import { failureAdvice, failureSentence } from '../../src/report/sentences.ts';
import * as recordings from '../events/recording.ts';
import { Recording, revision } from '../events/recording.ts';

const reasons: readonly UnreachableReason[] = [
  ...([
    'unknown-host-key',
    'changed-host-key',
    'key-refused',
    'key-unusable',
    'connection-refused',
    'connection-dropped',
  ] as const),
  ...(['name-not-found', 'no-route', 'no-answer', 'no-shell', 'no-process', 'no-ssh', 'unknown'] as const),
];

const endings: readonly (readonly [string, Recording, string])[] = [
  [
    'a stuck host: which one, how to look, and the lock that may be left',
    recordings.stuckHost(),
    `✗ The deployment failed after 16 seconds, and web2 could not be put back.
  The connection to web2 was lost: whether it could still put the release in service is not known.
  In service:
    web1 and web3: 20261122090000
    web2: not known, because it could not be asked
! A lock may be left on web2.
  See how it stands: \`cutover status --stage production --host web2\`
  As soon as web2 can be reached: \`cutover resume 20261123145709-k3p7 --undo --stage production\` takes back what is left there.
  Then put web2 right: deploy again or roll back.
  If a lock is left there: \`cutover unlock --stage production --host web2\`
  All output: \`cutover logs 20261123145709-k3p7 --stage production\``,
  ],
  [
    'a lost host that came back',
    recordings.lostHost(),
    `✗ The deployment failed after 4.4 seconds and was undone.
  The connection to web3 was lost: whether it could still receive the code is not known.
  In service on web1, web2 and web3: 20261122090000
  Nothing need be put right: what served before still serves.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\``,
  ],
  [
    'a first deployment that failed',
    new Recording(['web1']).start().add({
      type: 'deployment.ended',
      outcome: 'undone',
      serving: { web1: { kind: 'nothing' } },
      cause: { host: 'web1', step: null, failure: { kind: 'unreachable', reason: 'key-refused', message: 'x' } },
      stuck: [],
    }),
    `✗ The deployment failed after 0 seconds and was undone.
  web1 could not be reached: it accepted none of your keys.
  In service on web1: nothing yet
  See with \`ssh-add -l\` that your key is loaded, as one with a passphrase must be, and that it is in authorized_keys of the user on web1.
  Nothing need be put right: nothing was in service before.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\``,
  ],
  [
    'a pruning that failed, of which nothing is undone',
    new Recording(['web1']).start('prune').add({
      type: 'deployment.ended',
      outcome: 'undone',
      serving: { web1: { kind: 'release', release: '20261122090000' } },
      cause: { host: 'web1', step: 'prune', failure: { kind: 'exit', code: 1 } },
      stuck: [],
    }),
    `✗ The pruning failed after 0 seconds.
  web1 could not prune: it ended with exit code 1.
  In service on web1: 20261122090000
  Releases that were removed stay removed. What serves was not touched.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\``,
  ],
  [
    'a failed deployment: what the release that still serves holds, as far as it was told',
    new Recording(['web1', 'web2']).start('deploy', { '20261122090000': { ...revision, id: 'd'.repeat(40) } }).add({
      type: 'deployment.ended',
      outcome: 'undone',
      serving: {
        web1: { kind: 'release', release: '20261122090000' },
        web2: { kind: 'release', release: '20261121090000' },
      },
      cause: { host: 'web1', step: null, failure: { kind: 'lost', message: '' } },
      stuck: [],
    }),
    `✗ The deployment failed after 0 seconds and was undone.
  The connection to web1 was lost.
  In service:
    web1: 20261122090000 (dddddddddd, main)
    web2: 20261121090000
  Nothing need be put right: what served before still serves.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\``,
  ],
  [
    'a rollback',
    new Recording(['web1']).start('rollback').wait(900).end('succeeded'),
    `✓ Rolled shop back on production in 0.9 seconds.
  In service on web1: 20261123145709 (a1b2c3d4e5, main)`,
  ],
];

const place = { host: 'web2', title: 'install packages' };
const sentences: readonly (readonly [Failure, string])[] = [
  [{ kind: 'exit', code: 1 }, 'web2 could not install packages: it ended with exit code 1.'],
  [{ kind: 'exit', code: 127 }, 'web2 could not install packages: a command was not found (exit code 127).'],
  [
    { kind: 'exit', code: 137 },
    'web2 could not install packages: it was killed (exit code 137), perhaps because memory ran out.',
  ],
  [{ kind: 'exit', code: 139 }, 'web2 could not install packages: it was ended by signal 11.'],
  [{ kind: 'exit', code: 75 }, 'web2 is locked by another deployment.'],
  [{ kind: 'exit', code: 76 }, 'web2 is no longer as it was when this was planned.'],
  [{ kind: 'exit', code: 77 }, 'A shared file that must exist is missing on web2.'],
  [{ kind: 'exit', code: 78 }, 'web2 refused: its state forbids this step.'],
  [{ kind: 'exit', code: 79 }, 'What web2 keeps for later deployments is damaged: it is made anew.'],
  [{ kind: 'exit', code: 83 }, 'What was to be sent to web2 could not be made on this machine.'],
  [{ kind: 'exit', code: 82 }, 'web2 has the deploy path of another host of this deployment.'],
  [
    { kind: 'timeout', afterMs: 600_000 },
    'web2 could not install packages: it was stopped after 10 minutes, its limit.',
  ],
  [{ kind: 'cancelled' }, 'web2 could not install packages: it was cancelled.'],
  [
    { kind: 'lost', message: '' },
    'The connection to web2 was lost: whether it could still install packages is not known.',
  ],
  [
    { kind: 'lost', message: '', isFinal: true, of: 'journal' },
    'The journal of what ran on web2 cannot be read: whether it could still install packages is not known.',
  ],
  [
    { kind: 'lost', message: '', isFinal: true, of: 'start' },
    'web2 could not install packages: what was to run there was killed before it began.',
  ],
  [
    { kind: 'lost', message: '', isFinal: true, of: 'follower' },
    'What ran on web2 could not be followed to its end: whether it could still install packages is not known.',
  ],
  [
    { kind: 'timeout', afterMs: 60_000, of: 'start' },
    'web2 could not install packages: it was stopped because it had not begun after 1 minute.',
  ],
  [
    { kind: 'timeout', afterMs: 660_000, of: 'transfer' },
    'web2 could not install packages: it was stopped because what is sent for it had not arrived after 11 minutes.',
  ],
  [
    { kind: 'unreachable', reason: 'no-answer', message: '' },
    'web2 could not install packages, because it could not be reached: it did not answer in time.',
  ],
];

describe('the ending', () => {
  for (const [name, record, expected] of endings) {
    it(`tells of ${name}`, () => {
      assert.equal(ending(record.events.reduce(fold, initialState), false).join('\n'), expected);
    });
  }

  it('names the config file in what is to be copied, where the user had named one', () => {
    const [first, ...others] = recordings.stuckHost().events;
    assert.ok(first?.type === 'deployment.started');
    const told = ending([{ ...first, config: 'shops/b side.ts' }, ...others].reduce(fold, initialState), false).join();
    for (const command of ['status', 'unlock'])
      assert.ok(
        told.includes(`\`cutover ${command} --stage production --config 'shops/b side.ts' --host web2\``),
        told,
      );
    assert.ok(told.includes("--undo --stage production --config 'shops/b side.ts'`"), told);
  });

  it('says nothing of a deployment that never began', () => {
    assert.deepEqual(ending(initialState, false), []);
  });
});

describe('a failure', () => {
  for (const [failure, expected] of sentences) {
    it(`is told: ${expected}`, () => assert.equal(failureSentence(failure, place), expected));
  }

  it('for want of processes is told as that', () => {
    const [failure, output]: [Failure, string] = [{ kind: 'exit', code: 2 }, 'sh: 23: Cannot fork\n'];
    const said = failureSentence(failure, { ...place, output });
    assert.equal(said, 'web2 could not install packages: no more processes could be started there (exit code 2).');
    assert.match(failureAdvice(failure, { ...place, output }) ?? '', /may start on web2 \(`ulimit -u`/);
  });

  it('of what did not arrive in time is not told as one of the host', () => {
    const advice = failureAdvice({ kind: 'timeout', afterMs: 660_000, of: 'transfer' }, place);
    assert.equal(advice, 'If the way to web2 is only slow, raise `limits.transfer` in the config.');
  });

  it('for want of room is told with what the step has measured last', () => {
    const failure: Failure = { kind: 'exit', code: 81 };
    const output = 'tar: a: Cannot write\nNo space is left on /srv: 0 KB of 20480 MB are free.\n';
    assert.equal(
      failureSentence(failure, { ...place, output }),
      'web2 could not install packages: no space is left on /srv: 0 KB of 20480 MB are free.',
    );
    assert.equal(failureSentence(failure, place), 'web2 could not install packages: no room is left there.');
    assert.match(failureAdvice(failure, place) ?? '', /^Make room there, and run the command again\. /);
  });

  for (const reason of reasons) {
    it(`to reach a host (${reason}) has a sentence and an advice`, () => {
      const failure: Failure = { kind: 'unreachable', reason, message: 'ssh: banner\r\nline \x1b[31mtwo' };
      const told = [failureSentence(failure, { host: 'web2', title: null }), failureAdvice(failure, place) ?? ''];
      for (const sentence of told) assert.match(sentence, /^[A-Z\w].*[^.]\.$/);
      assert.ok(!told.join('').includes('HOST') && !told.join('').includes('\x1b'));
    });
  }
});
