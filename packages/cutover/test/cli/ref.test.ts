import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ended, project } from './kit.ts';

describe('a ref that is named', () => {
  it('is refused, and not passed over, where an artifact is deployed', async (t) => {
    const on = project(t, { hosts: { one: {} }, config: { source: { type: 'artifact', path: '.' } } });
    for (const command of ['plan', 'deploy'])
      assert.match(
        ended(await on.cutover(command, '--ref', 'v1'), 2).err,
        /^--ref names what git has, and .* artifact/,
      );
    assert.equal(existsSync(on.path('one')), false);
  });

  it('is refused beside --same, which names another', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('deploy'), 0);
    assert.match(ended(await on.cutover('deploy', '--same', '--ref', 'main'), 2).err, /^Name a ref, or say --same/);
  });
});
