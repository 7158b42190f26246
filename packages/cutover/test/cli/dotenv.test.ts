import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { keyChanges, parseDotenv } from '../../src/cli/env/dotenv.ts';

const cases: readonly (readonly [what: string, text: string, entries: Readonly<Record<string, string>>])[] = [
  ['plain values', 'A=1\nB=two words\n', { A: '1', B: 'two words' }],
  ['blanks around the sign and behind the value', '  A = 1  \n', { A: '1' }],
  ['export', 'export A=1\n', { A: '1' }],
  ['comments and empty lines', '# A=0\n\nA=1 # why\nB=a#b\n', { A: '1', B: 'a#b' }],
  ['an empty value', 'A=\nB=2\n', { A: '', B: '2' }],
  ['quotes of all kinds', `A="x # y"\nB='it"s'\nC=\`z\`\n`, { A: 'x # y', B: 'it"s', C: 'z' }],
  [
    'a quoted value over several lines',
    'KEY="-----BEGIN\nA=1\n-----END"\nB=2\n',
    { KEY: '-----BEGIN\nA=1\n-----END', B: '2' },
  ],
  ['an escaped quote', 'A="say \\"x\\""\nB=2\n', { A: 'say \\"x\\"', B: '2' }],
  ['line ends of Windows', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['a quote that is never closed', 'A="x\nB=2\n', { A: '"x', B: '2' }],
  ['the last of two values', 'A=1\nA=2\n', { A: '2' }],
  ['what is no entry', 'nonsense\n=1\n{"a": 1}\n', {}],
];

describe('a .env file', () => {
  for (const [what, text, entries] of cases)
    it(`is read with ${what}`, () => assert.deepEqual(Object.fromEntries(parseDotenv(text)), entries));

  it('is read whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', '=', '"', "'", '\\', '\n', ' ', '#'), maxLength: 2000 }),
        (text) => {
          parseDotenv(text);
        },
      ),
    );
  });

  it('differs in keys that are added, changed or removed', () => {
    assert.deepEqual(keyChanges('A=1\nB=1\nC=1\n', 'D=1\nB=2\nC="1"\n'), {
      added: ['D'],
      changed: ['B'],
      removed: ['A'],
    });
    assert.deepEqual(keyChanges(null, 'B=1\nA=1\n'), { added: ['A', 'B'], changed: [], removed: [] });
  });
});
