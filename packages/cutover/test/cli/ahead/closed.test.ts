import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isClosed, isConstant } from '../../../src/cli/ahead/closed.ts';

type Case = readonly (readonly [file: string, text: string])[];

const constant: Case = [
  ['a.json', '{ "a": "import x from \'y\'" }'],
  ['a.yaml', 'a: 1'],
  ['a.ts', `import { defineConfig } from 'cutover';\nexport default defineConfig({ a: 1 });`],
  ['a.mjs', 'export default {};'],
  ['a.ts', `export default { process: { run: 'node server.js' }, source: { type: 'fetch' } };`],
  ['a.ts', 'const root = "/srv";\nexport default { path: `${root}/shop` };'],
  ['a.ts', `export default { hooks: { build: ['php bin/console cache:warmup', 'npm i --global x'] } };`],
];

/** They are compared before they are used. */
const closed: Case = [
  ['a.mjs', 'export default fetch("http://x").then((answer) => answer.json());'],
  ['a.ts', 'export default { env: { ...process.env } };'],
  ['a.ts', 'const { env } = process;\nexport default { env };'],
  ['a.ts', 'export default { env: { PID: `${process.pid}` } };'],
  ['a.ts', 'export default { env: { BUILT: new Date().toISOString() } };'],
  ['a.ts', 'export default { keep: Math.random() > 0.5 ? 3 : 4 };'],
  ['a.ts', 'export default { env: { ID: crypto.randomUUID() } };'],
  ['a.ts', 'export default { env: globalThis.process.env };'],
  ['a.ts', `console.warn('Mind the gap.');\nexport default {};`],
  ['a.ts', 'export default { keep: Number(process.env.KEEP) };'],
  ['a.ts', `export default { env: { A: process.env['A'] } };`],
];

const open: Case = [
  ['a.ts', `import { hosts } from './hosts.ts';\nexport default { hosts };`],
  ['a.ts', `import './side.ts';\nexport default {};`],
  ['a.ts', `export { default } from "./other.ts";`],
  ['a.ts', `import { readFileSync } from 'node:fs';\nexport default {};`],
  ['a.ts', `export default await import('./other.ts');`],
  ['a.mjs', `const fs = process.getBuiltinModule('fs');\nexport default {};`],
  ['a.mjs', `import { createRequire } from 'cutover';\nexport default require('./x');`],
  ['a.mjs', 'export default await (await fetch("http://x")).json();'],
];

describe('A config that follows from its text', () => {
  const kinds = { 'and is constant': constant, 'as far as can be told': closed, 'is not this one': open };
  for (const [kind, cases] of Object.entries(kinds))
    for (const [file, text] of cases)
      it(`${kind}: ${file}: ${text.replaceAll('\n', ' ')}`, () => {
        const found = { file, text };
        assert.deepEqual([isClosed(found), isConstant(found, {})], [cases !== open, cases === constant]);
      });

  const inputs: readonly (readonly [input: unknown, isConstant: boolean])[] = [
    [{ path: '/srv/shop', keep: 3, checks: [{ headers: { A: 'b' } }] }, true],
    [{ hooks: { build: ['echo "${HOME}"'] } }, true],
    [{ checks: [{ headers: { Authorization: 'Bearer ${TOKEN}' } }] }, false],
    [{ env: { BASE: '${BASE:-/}' } }, false],
  ];
  for (const [input, expected] of inputs)
    it(`${expected ? 'is constant' : 'is read each time'} where it holds ${JSON.stringify(input)}`, () => {
      assert.equal(isConstant({ file: 'a.json', text: '' }, input), expected);
    });
});
