import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { describe, it } from 'node:test';
import { shop } from '../kit/shop.ts';

/** Nobody else has these: the system counts the processes of a user, whoever started them. */
const firstUser = 600_000 + (process.pid % 100_000);

describe('a user who may start few processes', {
  skip: userInfo().uid !== 0 && 'only root can be somebody else',
}, () => {
  for (const [index, limit] of [1, 3, 6, 8].entries())
    it(`ends a deployment by words, and does not keep it waiting: ${limit} of them`, async (t) => {
      const user = firstUser + index;
      const as = [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--no-new-privs'];
      const site = await shop(t, { sshd: { shell: ['prlimit', `--nproc=${limit}`, 'setpriv', ...as, '/bin/sh'] } });
      chmodSync(site.directory, 0o755);
      mkdirSync(site.path('web1'), { recursive: true });
      chownSync(site.path('web1'), user, user);
      site.configure({ limits: { connect: '20s', step: '40s', reconnect: '20s' } });
      const { code, out, err } = await site.cutover('deploy');
      const said = `${out}${err}`;
      if (code === 0) return assert.ok(limit > 7 && site.serves('web1') !== null, said);
      assert.ok(code === 1 || code === 3 || code === 5, `${code}: ${said}`);
      assert.match(
        said,
        /no (more )?process(es)? c(an|ould) be started there|may start no more processes|\(`ulimit -u`/,
      );
      assert.match(said, /Nothing was changed\.|In service on web1|nothing was in service before/);
      if (code !== 5) assert.equal(site.serves('web1'), null);
    });
});
