import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { shop, succeeded } from '../kit/shop.ts';

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;

describe('the record of a deployment', () => {
  it('that cannot be begun, as where the home is read-only, is told in one sentence, and the deployment goes on', async (t) => {
    const site = await shop(t);
    writeFileSync(join(site.directory, 'state'), 'no directory\n');
    const called = await site.cutover('deploy');
    succeeded(called);
    assert.match(
      called.err,
      /^This deployment cannot be recorded in .*\/state\/cutover\/shop\/production \(ENOTDIR\): .*\n$/,
    );
    assert.equal(site.read('web1', 'index.html'), 'first\n');
  });

  it('that cannot be written any more is told in one sentence, and the deployment goes on', async (t) => {
    const site = await shop(t);
    const talks =
      'i=0; while [ $i -lt 400 ]; do echo "a line of output that tells nobody anything, $i"; i=$((i+1)); done';
    site.configure({ hooks: { build: [talks, 'echo "and it goes on"'] } });
    const env = {
      ...process.env,
      HOME: site.directory,
      XDG_STATE_HOME: join(site.directory, 'state'),
      CUTOVER_SSH_CONFIG: site.sshConfig,
      NO_COLOR: '1',
    };
    // No file that the driver writes may be longer than so many blocks: the hosts are behind servers that have no such limit.
    const call = spawnSync('sh', ['-c', 'ulimit -f 6; exec "$0" "$@"', process.execPath, main, 'deploy'], {
      cwd: site.repository,
      env,
      encoding: 'utf8',
    });
    assert.equal(call.status, 0, call.stdout + call.stderr);
    const told = 'The record of this deployment cannot be written any more (EFBIG); the deployment goes on.';
    assert.equal(call.stderr.split(told).length, 2, call.stderr);
    assert.equal(site.read('web1', 'index.html'), 'first\n');
    assert.equal(site.isLocked('web1'), false);
    const directory = join(site.directory, 'state/cutover/shop/production');
    const [record = ''] = readdirSync(directory);
    assert.match(readFileSync(join(directory, record), 'utf8'), /"type":"deployment\.started"/);
  });
});
