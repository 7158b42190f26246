import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isClosed } from '../../../src/cli/ahead/closed.ts';

describe('A config follows from its text', () => {
  const cases: readonly (readonly [file: string, text: string, closed: boolean])[] = [
    ['a.json', '{ "a": "import x from \'y\'" }', true],
    ['a.yaml', 'a: 1', true],
    ['a.ts', `import { defineConfig } from 'cutover';\nexport default defineConfig({ a: process.env['A'] });`, true],
    ['a.mjs', 'export default {};', true],
    ['a.ts', `import { hosts } from './hosts.ts';\nexport default { hosts };`, false],
    ['a.ts', `import './side.ts';\nexport default {};`, false],
    ['a.ts', `export { default } from "./other.ts";`, false],
    ['a.ts', `import { readFileSync } from 'node:fs';\nexport default {};`, false],
    ['a.ts', `export default await import('./other.ts');`, false],
    ['a.mjs', `const fs = process.getBuiltinModule('fs');\nexport default {};`, false],
    ['a.mjs', `import { createRequire } from 'cutover';\nexport default require('./x');`, false],
    ['a.mjs', 'export default await (await fetch("http://x")).json();', false],
    ['a.mjs', 'export default fetch("http://x").then((answer) => answer.json());', false],
    ['a.ts', `export default { process: { run: 'node server.js' }, source: { type: 'fetch' } };`, true],
    ['a.ts', 'export default { keep: Number(process.env.KEEP), env: { A: process.env["A"] } };', true],
    ['a.ts', 'export default { env: { ...process.env } };', false],
    ['a.ts', 'const { env } = process;\nexport default { env };', false],
    ['a.ts', 'export default { env: { PID: `${process.pid}` } };', false],
    ['a.ts', 'export default { env: { BUILT: new Date().toISOString() } };', false],
    ['a.ts', 'export default { keep: Math.random() > 0.5 ? 3 : 4 };', false],
    ['a.ts', 'export default { env: { ID: crypto.randomUUID() } };', false],
    ['a.ts', 'export default { env: globalThis.process.env };', false],
    ['a.ts', 'export default { env: { WIDTH: process.env.COLUMNS } };', false],
    ['a.ts', `export default { env: { AGENT: process.env['SSH_AUTH_SOCK'] } };`, false],
    ['a.yaml', 'env: { BASE: "${PWD}" }', false],
    ['a.yaml', 'env: { BASE: "${OLDPWD:-/}" }', false],
    ['a.yaml', 'env: { BASE: "${HOME}" }', true],
  ];
  for (const [file, text, closed] of cases)
    it(`${closed ? 'alone' : 'and more'}: ${file}: ${text.replaceAll('\n', ' ')}`, () => {
      assert.equal(isClosed({ file, text }), closed);
    });
});
