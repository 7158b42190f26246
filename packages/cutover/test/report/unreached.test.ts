import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Failure } from '../../src/model/failure.ts';
import { unreachedLines } from '../../src/report/unreached.ts';

const noAnswer: Failure = { kind: 'unreachable', reason: 'no-answer', message: 'Connection timed out' };
const unknownKey: Failure = { kind: 'unreachable', reason: 'unknown-host-key', message: '' };
const inMaintenance: Failure = { kind: 'exit', code: 1 };

function hostsThat(failure: Failure, names: readonly string[], output = '') {
  return names.map((name) => ({ host: { name }, failure, output }));
}

const sixty = Array.from({ length: 60 }, (_, index) => `web${index + 1}`);

const cases: readonly (readonly [string, ReturnType<typeof hostsThat>, readonly string[]])[] = [
  [
    'one by its name',
    hostsThat(noAnswer, ['web1']),
    [
      'web1 could not be reached: it did not answer in time.',
      'See that web1 is up and that no firewall drops what this machine sends. If `cutover ssh web1` gets in, a login file waits for input there, or starts another shell.',
    ],
  ],
  [
    'sixty of which the same is to be said together',
    hostsThat(noAnswer, sixty),
    [
      'web1, web2, web3, web4, web5, web6, web7 and 53 more hosts could not be reached, each because it did not answer in time.',
      'See that each of them is up and that no firewall drops what this machine sends. If `cutover ssh web1` gets in, a login file waits for input there, or starts another shell.',
    ],
  ],
  [
    'those of which something else is to be said apart, and a command for one of them',
    [...hostsThat(unknownKey, ['web1', 'web3']), ...hostsThat(noAnswer, ['web2'])],
    [
      'web1 and web3 could not be reached, each because its host key is not known on this machine.',
      'Run `cutover ssh web1`, compare the fingerprint with one that you trust, and accept it.',
      'web2 could not be reached: it did not answer in time.',
      'See that web2 is up and that no firewall drops what this machine sends. If `cutover ssh web2` gets in, a login file waits for input there, or starts another shell.',
    ],
  ],
  [
    'what they printed once where it is the same',
    [...hostsThat(inMaintenance, ['web1', 'web2'], 'Closed today\n'), ...hostsThat(inMaintenance, ['web3'])],
    [
      'web1 and web2 could not go on, each because it ended with exit code 1.',
      '  Closed today',
      'web3 could not go on: it ended with exit code 1.',
    ],
  ],
];

describe('of hosts that could not be looked at it is told', () => {
  for (const [what, hosts, told] of cases) it(what, () => assert.deepEqual(unreachedLines(hosts), told));
});
