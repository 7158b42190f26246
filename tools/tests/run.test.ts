import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { runFile } from './file.ts';
import { closingLine } from './show.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-runner-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const limitMs = 60_000;
const never = new AbortController().signal;

describe('a test file', () => {
  it('is counted test by test', async () => {
    const result = await run(
      'counts',
      `describe('d', () => { test('a', () => {}); test('b', { skip: 'no x' }, () => {}); });`,
    );
    assert.deepEqual([result.passed, result.skipped, result.failures], [1, ['d › b (no x)'], []]);
    assert.equal(closingLine([result, result]), '2 passed, 0 failed, 2 skipped');
  });

  it('names the failed test, the assertion and the line once', async () => {
    const { failures } = await run('fails', `describe('d', () => { test('a', () => { assert.equal(1, 2); }); });`);
    assert.equal(failures.length, 1);
    assert.equal(failures[0]?.name, 'd › a');
    assert.match(failures[0]?.message ?? '', /1 !== 2[\s\S]*fails\.test\.ts:4/);
  });

  it('fails when it breaks before its first test', async () => {
    const { failures } = await run('breaks', `await import('./missing.ts');`);
    assert.match(failures[0]?.message ?? '', /exit code 1[\s\S]*ERR_MODULE_NOT_FOUND/);
  });

  it('fails when it holds no tests', async () => {
    const { failures } = await run('empty', '');
    assert.match(failures[0]?.message ?? '', /holds no tests/);
  });

  it('has a temporary directory of its own, which goes with it', async () => {
    const seen = join(directory, 'seen');
    const text = `import { mkdtempSync, writeFileSync } from 'node:fs'; import { tmpdir } from 'node:os'; test('a', () => writeFileSync('${seen}', mkdtempSync(tmpdir() + '/left-')));`;
    assert.deepEqual((await run('leaves', text)).failures, []);
    const left = readFileSync(seen, 'utf8');
    assert.notEqual(dirname(left), tmpdir());
    assert.equal(existsSync(dirname(left)), false);
  });

  it('is stopped with its children when it does not end, and names the test it was in', async () => {
    const text = `test('hangs', async () => { process.on('SIGTERM', () => {}); setInterval(() => {}, 9999); await new Promise(() => {}); });`;
    const { failures } = await run('hangs', text, 3000);
    assert.match(failures[0]?.message ?? '', /within 3 s and was stopped.*: hangs\./);
  });
});

function run(name: string, text: string, limit = limitMs) {
  const file = join(directory, `${name}.test.ts`);
  const head = `import assert from 'node:assert/strict';\nimport { describe, test } from 'node:test';\nvoid [assert, describe, test];\n`;
  writeFileSync(file, head + text);
  return runFile(file, limit, never);
}
