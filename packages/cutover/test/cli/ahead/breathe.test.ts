import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { breathe } from '../../../src/cli/ahead/breathe.ts';
import { run } from '../../../src/source/process.ts';
import { isRunning, ownChildren } from '../../kit/processes.ts';
import { noSignal } from '../../source/kit.ts';

describe('Between two loads of modules', () => {
  it('a program counts as ended that ended meanwhile, and its output is heard', async () => {
    const text = 'echo heard; echo said >&2';
    let heard: unknown = null;
    const command = { program: 'sh', args: ['-c', text], env: process.env, signal: noSignal };
    void run(command).then((ended) => (heard = ended));
    const begun = ownChildren(text);
    while (begun.some(isRunning)) execFileSync('sleep', ['0.01']);
    await breathe();
    assert.deepEqual(heard, { kind: 'ended', code: 0, stdout: Buffer.from('heard\n'), stderr: 'said\n' });
  });
});
