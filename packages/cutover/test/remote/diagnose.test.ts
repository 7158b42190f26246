import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UnreachableReason } from '../../src/model/failure.ts';
import { diagnose, type SshEnd } from '../../src/remote/diagnose.ts';
import { unreachableSentence } from '../../src/remote/unreachable.ts';

const jumpEnded =
  'kex_exchange_identification: Connection closed by remote host\r\nConnection closed by UNKNOWN port 65535\r\n';

/** Real endings of OpenSSH 9: title, the end, the reason. */
const cases: readonly (readonly [string, Partial<SshEnd>, UnreachableReason])[] = [
  [
    'a host key that is not known',
    {
      stderr:
        'No ED25519 host key is known for web1 and you have requested strict checking.\r\nHost key verification failed.\r\n',
    },
    'unknown-host-key',
  ],
  [
    'a host key that has changed',
    {
      stderr:
        '@@@@@@@@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n@@@@@@@@@@@\r\nIT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r\nHost key for web1 has changed and you have requested strict checking.\r\nHost key verification failed.\r\n',
    },
    'changed-host-key',
  ],
  ['a key that is refused', { stderr: 'deploy@web1: Permission denied (publickey).\r\n' }, 'key-refused'],
  [
    'an agent that asks and is not answered',
    {
      stderr:
        'sign_and_send_pubkey: signing failed for ED25519 "/home/deploy/.ssh/id" from agent: agent refused operation\r\ndeploy@web1: Permission denied (publickey).\r\n',
    },
    'key-unusable',
  ],
  [
    'a key that others may read',
    {
      stderr:
        '@@@@@@@@@@@\r\n@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r\n@@@@@@@@@@@\r\nPermissions 0644 for \'/home/deploy/.ssh/id\' are too open.\r\nThis private key will be ignored.\r\nLoad key "/home/deploy/.ssh/id": bad permissions\r\ndeploy@web1: Permission denied (publickey).\r\n',
    },
    'key-unusable',
  ],
  [
    'too many keys',
    {
      stderr:
        'Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\nDisconnected from 10.0.0.1 port 22\r\n',
    },
    'key-refused',
  ],
  [
    'a refused connection',
    { stderr: 'ssh: connect to host web1 port 22: Connection refused\r\n' },
    'connection-refused',
  ],
  [
    'a connection that is dropped before the login (MaxStartups)',
    {
      stderr:
        'kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port 39779\r\n',
    },
    'connection-dropped',
  ],
  ['a jump host that drops the connection', { stderr: jumpEnded }, 'connection-dropped'],
  [
    'a target that refuses its jump host',
    { stderr: `channel 0: open failed: connect failed: Connection refused\r\nstdio forwarding failed\r\n${jumpEnded}` },
    'connection-refused',
  ],
  [
    'a jump host that refuses the key',
    { stderr: `deploy@bastion: Permission denied (publickey).\r\n${jumpEnded}` },
    'key-refused',
  ],
  [
    'a jump host that forwards nothing',
    {
      stderr: `channel 0: open failed: administratively prohibited: open failed\r\nstdio forwarding failed\r\n${jumpEnded}`,
    },
    'unknown',
  ],
  [
    'a name that cannot be resolved',
    { stderr: 'ssh: Could not resolve hostname web1: Name or service not known\r\n' },
    'name-not-found',
  ],
  ['no route', { stderr: 'ssh: connect to host web1 port 22: No route to host\r\n' }, 'no-route'],
  ['no network', { stderr: 'ssh: connect to host web1 port 22: Network is unreachable\r\n' }, 'no-route'],
  ['no answer', { stderr: 'ssh: connect to host web1 port 22: Connection timed out\r\n' }, 'no-answer'],
  [
    'a server that accepts and is silent',
    { stderr: 'Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 22 timed out\r\n' },
    'no-answer',
  ],
  ['/bin/false as the login shell', { code: 1 }, 'no-shell'],
  ['nologin', { code: 1, noise: 'This account is currently not available.\n' }, 'no-shell'],
  ['a host without sh', { code: 127, stderr: 'fish: Unknown command: sh\n' }, 'no-shell'],
  [
    'a start-up file that talks of connections on a login that worked',
    { code: 1, stderr: 'redis: Connection refused\n' },
    'no-shell',
  ],
  ['a host that starts no process for the login', { code: 2, stderr: 'sh: 1: Cannot fork\n' }, 'no-process'],
  [
    'what a ProxyCommand says, which runs on this machine',
    { stderr: `sh: 1: Cannot fork\r\n${jumpEnded}` },
    'connection-dropped',
  ],
  ['a host that starts none for what was sent', { code: 71 }, 'no-process'],
  ['a host without setsid and perl', { code: 69, groupless: true }, 'no-shell'],
  ['a missing ssh', { code: null, launchError: 'ENOENT' }, 'no-ssh'],
  [
    'no common key exchange',
    { stderr: 'Unable to negotiate with 10.0.0.1 port 22: no matching key exchange method found.\r\n' },
    'unknown',
  ],
  ['ssh ended by a signal', { code: null }, 'unknown'],
];

describe('The diagnosis of a failed ssh', () => {
  for (const [title, end, reason] of cases)
    it(`of ${title} is ${reason}`, () => {
      const full = { code: 255, stderr: '', noise: '', groupless: false, launchError: null, ...end };
      assert.equal(diagnose(full).reason, reason);
    });

  it('repeats the last lines of ssh without its frames', () => {
    const stderr = '@@@@\r\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\none\r\ntwo\r\nthree\r\nfour\r\n';
    const { said } = diagnose({ code: 255, stderr, noise: '', groupless: false, launchError: null });
    assert.equal(said, 'two / three / four');
  });
});

describe('The sentence about a host that cannot be reached', () => {
  for (const reason of new Set(cases.map(([, , reason]) => reason)))
    it(`is whole for ${reason}`, () => {
      assert.match(unreachableSentence(reason, 'web1'), /^([A-Z]|web1 |ssh ).{10,}\.$/);
    });
});
