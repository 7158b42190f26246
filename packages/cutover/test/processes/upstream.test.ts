import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { mayReload } from '../../src/plan/processes/ports.ts';
import { readUpstream, readUpstreamAgain } from '../../src/plan/steps/read-upstream.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { placeFor, shells } from '../kit/place.ts';

const before = '20260301100000';
/** The host lets it be reloaded for as long as the file is there. */
const upstream = { process: 'app', reload: '[ -e allowed ]' };

type Allowed = 'allowed' | 'refused';

const cases: readonly {
  readonly title: string;
  readonly served: boolean;
  /** Whether the host lets the web server be told of the new port; null where it does not come to that. */
  readonly there: Allowed | null;
  readonly back: Allowed;
  readonly status: number;
  readonly says: RegExp;
}[] = [
  { title: 'is told again', served: true, there: 'allowed', back: 'allowed', status: 0, says: /^$/ },
  {
    title: 'cannot be told again, that is not hidden',
    served: true,
    there: 'allowed',
    back: 'refused',
    status: 1,
    says: /^$/,
  },
  {
    title: 'could not be told before, nothing is wrong',
    served: true,
    there: 'refused',
    back: 'refused',
    status: 0,
    says: /was not told of another port: it goes on as before/,
  },
  {
    title: 'was not to be told yet, nothing is wrong',
    served: true,
    there: null,
    back: 'refused',
    status: 0,
    says: /was not told of another port: it goes on as before/,
  },
  {
    title: 'has nothing to go back to, nothing is wrong',
    served: false,
    there: 'allowed',
    back: 'refused',
    status: 0,
    says: /no port from before, for nothing was in service/,
  },
];

for (const shell of shells)
  describe(`where an activation is taken back and the web server (${shell.join(' ')})`, () => {
    for (const { title, served, there, back, status, says } of cases)
      it(title, (t) => {
        const place = placeFor(t, hostWith(served ? [[before, 'live']] : []));
        const set = (allowed: Allowed): void => {
          if (allowed === 'allowed') place.write({ allowed: '' });
          else rmSync(join(place.path, 'allowed'), { force: true });
        };
        if (there !== null) {
          set(there);
          const told = place.run(readUpstream(place.job, place.site, upstream).script, { shell });
          assert.equal(told.status, there === 'allowed' ? 0 : 1);
          if (there === 'refused') assert.match(told.said, /until this succeeds as \S+: \[ -e allowed \]/);
        }
        set(back);
        const { undo } = readUpstreamAgain(place.job, place.site, upstream);
        const taken = place.run(undo.kind === 'step' ? undo.script : '', { shell });
        assert.equal(taken.status, status, taken.said);
        assert.match(taken.said, says);
      });
  });

describe('sudo is asked before', () => {
  const reloads: readonly (readonly [reload: string, asked: string | null])[] = [
    ['sudo -n systemctl reload nginx', 'systemctl reload nginx'],
    ['sudo nginx -s reload', 'nginx -s reload'],
    ['sudo -n /usr/sbin/nginx -s reload', '/usr/sbin/nginx -s reload'],
    ['systemctl reload nginx', null],
    ['sudo -u web nginx -s reload', null],
    ['sudo -n nginx -t && sudo -n nginx -s reload', null],
  ];
  for (const [reload, asked] of reloads)
    it(`${reload}: ${asked === null ? 'not' : asked}`, () => {
      const script = String(mayReload({ kind: 'ports', first: 4001, last: 4010, reload }) ?? '');
      assert.equal(/sudo -n -l (.*) > \/dev\/null/.exec(script)?.[1] ?? null, asked);
    });
});
