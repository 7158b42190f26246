import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Channel } from '../../src/remote/channel.ts';
import { openLocal } from '../../src/remote/local.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';
import { workspace } from '../source/kit.ts';

const pipes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'PipeWrap').length;

describe('A channel that is closed', () => {
  it('leaves no pipe open that another process holds, as the ssh does whose connection is shared', async (t) => {
    const directory = workspace(t);
    const [shell, holder] = [join(directory, 'shell'), join(directory, 'holder')];
    writeFileSync(shell, `#!/bin/sh\nsleep 60 &\necho $! > '${holder}'\nexec sh "$@"\n`, { mode: 0o755 });
    const before = pipes();
    const channel = await openLocal({ host: 'web1', shell, connectMs: 60_000, signal: t.signal });
    assert.ok(channel instanceof Channel);
    const pid = Number(readFileSync(holder, 'utf8'));
    t.after(() => process.kill(pid));
    assert.equal(await channel.run(segmentOf([stepOf('look', 'echo seen')]), new Recorder(), t.signal), null);
    assert.ok(pipes() > before);
    await channel.close();
    assert.equal(pipes(), before);
  });
});
