import assert from 'node:assert/strict';
import { rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startCall } from '../kit/call.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { ended, shop } from '../kit/shop.ts';

describe('a machine that deploys and has no space left', () => {
  it('says that it is this machine, and where, and leaves the host as it was', async (t) => {
    const full = join(tmpdir(), `cutover-full-${process.pid}`);
    if (!isMemoryMounted(t, full, 'size=64k')) return;
    t.after(() => rmdirSync(full));
    const site = await shop(t);
    assert.throws(() => writeFileSync(join(full, 'fill'), Buffer.alloc(100_000)), { code: 'ENOSPC' });
    const called = await startCall(['deploy'], {
      cwd: site.repository,
      env: { ...site.world.env, TMPDIR: full },
    }).ended;
    ended(called, 1);
    assert.ok(called.out.includes('What was to be sent to web1 could not be made on this machine.'), called.out);
    assert.ok(
      called.out.includes(`could not be written to ${full} on this machine: no space is left there.`),
      called.out,
    );
    assert.equal(site.serves('web1'), null);
    assert.equal(site.isLocked('web1'), false);
  });
});
