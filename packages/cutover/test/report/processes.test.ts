import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isOutOfProcesses } from '../../src/model/failure.ts';

/** As the shells and tools themselves say it, of a user who may start no more processes. */
const said = [
  'dash: 1: Cannot fork',
  'dash: 1: eval: Cannot fork',
  'dash: 1: /srv/my shop/s.sh: Cannot fork',
  'bash: fork: retry: Resource temporarily unavailable',
  '/srv/my shop/s.sh: fork: Resource temporarily unavailable',
  '-bash: fork: Cannot allocate memory',
  "sh: can't fork: Resource temporarily unavailable",
  "sh: s.sh: line 1: can't fork: Resource temporarily unavailable",
  "sh: can't fork: Out of memory",
  'zsh:1: fork failed: resource temporarily unavailable',
  'xargs: cannot fork: Resource temporarily unavailable',
  'tar: child process: Cannot fork: Resource temporarily unavailable',
];

/** As the programs of users may speak. */
const others = [
  'You cannot fork this',
  'error: cannot fork acme/shop',
  'error: Cannot fork',
  'Cannot fork',
  "It can't fork: the repository is private",
  'fork: retry: the mirror is away',
  'See the manual for “fork: Resource temporarily unavailable”.',
];

describe('Want of processes', () => {
  for (const line of said)
    it(`is heard in the words of the system: ${line}`, () => {
      assert.ok(isOutOfProcesses(`one\n${line}\r\ntwo\n`));
      assert.ok(isOutOfProcesses(line));
    });

  for (const line of others)
    it(`is not heard in the words of a user: ${line}`, () => assert.equal(isOutOfProcesses(`one\n${line}\n`), false));
});
