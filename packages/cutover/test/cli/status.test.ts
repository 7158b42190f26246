import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documentOf, ended, project } from './kit.ts';

describe('cutover status', () => {
  it('says of a host that cannot be reached why, and what to do, and nothing of what it serves', async (t) => {
    const on = project(t, { hosts: { one: {}, gone: { local: false, address: '127.0.0.1', port: 1 } } });
    ended(await on.cutover('deploy', '--host', 'one'), 0);
    const { out } = ended(await on.cutover('status'), 3);
    assert.match(out, /^one +\d{14} /m);
    assert.match(out, /^gone +– .* could not be asked$/m);
    assert.match(
      out,
      /^gone could not be reached: the connection was refused\.\nSee that an SSH server runs on gone /m,
    );
    assert.doesNotMatch(out, /do not serve the same/);
    const { hosts } = documentOf<{ hosts: readonly { marks: readonly string[] }[] }>(
      ended(await on.cutover('status', '--json'), 3),
    );
    assert.deepEqual(hosts[1]?.marks, ['gone could not be reached: the connection was refused.']);
  });
});
