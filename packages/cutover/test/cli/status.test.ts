import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
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

describe('status and releases', () => {
  it('say what is wrong with what somebody damaged by hand', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const at = (...names: readonly string[]) => join(on.path('one'), ...names);
    mkdirSync(at(), { recursive: true });
    assert.match(ended(await on.cutover('status'), 0).out, /^one +– +nothing in service$/m);
    ended(await on.cutover('deploy'), 0);
    ended(await on.cutover('deploy', '--same'), 0);
    const [old = '', live = ''] = [...ended(await on.cutover('releases'), 0).out.matchAll(/^\d{14}/gm)]
      .map(([name]) => name)
      .toSorted();
    const told = async (command: string) => ended(await on.cutover(command), 0).out;

    renameSync(at('releases', old), at('old'));
    assert.match(await told('releases'), new RegExp(`^${old} .* its directory is gone$`, 'm'));
    renameSync(at('releases', live), at('releases', old));
    assert.match(await told('status'), new RegExp(`^one +– +current names ${live}, which is gone$`, 'm'));
    assert.match(await told('releases'), new RegExp(`^${live} .* current names it, but its directory is gone$`, 'm'));
    renameSync(at('releases', old), at('releases', live));
    renameSync(at('old'), at('releases', old));

    truncateSync(at('.cutover/releases', `${live}.json`), 50);
    assert.match(await told('status'), new RegExp(`^one +${live} +its record cannot be understood$`, 'm'));
    assert.match(await told('releases'), new RegExp(`^${live} +in service, its record cannot be understood$`, 'm'));
    rmSync(at('.cutover/releases', `${live}.json`));
    assert.match(await told('status'), new RegExp(`^one +${live} +without a record$`, 'm'));
    assert.match(await told('releases'), new RegExp(`^${live} +in service, without a record$`, 'm'));

    rmSync(at('current'));
    assert.match(await told('status'), /^one +– +nothing in service$/m);
    assert.match(await told('releases'), new RegExp(`^${live} +without a record$`, 'm'));
  });

  it('tell nothing of hosts that receive no code, and say so where there are no others', async (t) => {
    const on = project(t, { hosts: { one: {}, proxy: { receivesCode: false } } });
    ended(await on.cutover('deploy'), 0);
    for (const command of ['status', 'releases']) {
      assert.doesNotMatch(ended(await on.cutover(command), 0).out, /proxy|No releases/);
      const { out } = ended(await on.cutover(command, '--host', 'proxy'), 0);
      assert.equal(out, 'proxy receives no code: only hooks run there.\n');
    }
    assert.deepEqual(
      documentOf<{ groups: unknown }>(ended(await on.cutover('releases', '--host', 'proxy', '--json'), 0)).groups,
      [],
    );
  });
});
