import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const root = new URL('../../../../', import.meta.url);
const page = readFileSync(new URL('docs/failure-semantics.md', root), 'utf8');

describe('the table of what happens if…', () => {
  const rows = rowsOf(page);

  it('names a case of a test for every promise, and no test without its case', () => {
    assert.ok(rows.length > 20);
    const isVague = ({ proofs }: Row): boolean => proofs.length === 0 || proofs.some(({ cases }) => cases.length === 0);
    assert.deepEqual(
      rows.filter(isVague).map(({ promise }) => promise),
      [],
    );
  });

  it('names only tests that are there, and cases that are in them', () => {
    const missing = rows.flatMap(({ promise, proofs }) =>
      proofs.filter((proof) => !isThere(proof)).map((proof) => `${promise}: ${JSON.stringify(proof)}`),
    );
    assert.deepEqual(missing, []);
  });

  it('would notice a test or a case that is not there', () => {
    assert.equal(isThere({ file: 'test/none.test.ts', cases: [] }), false);
    assert.equal(isThere({ file: 'test/house/proofs.test.ts', cases: ['no such ' + 'case'] }), false);
    assert.equal(
      rowsOf('## What happens if…\n\n| a | b | c |\n| - | - | - |\n| x | y | nothing |\n')[0]?.proofs.length,
      0,
    );
  });
});

interface Proof {
  readonly file: string;
  /** Names of cases, or parts of them, that stand behind the file in “quotes”. */
  readonly cases: readonly string[];
}

interface Row {
  readonly promise: string;
  readonly proofs: readonly Proof[];
}

function rowsOf(text: string): readonly Row[] {
  const [, section = ''] = text.split(/^## What happens if…$/m);
  const [table = ''] = section.split(/^## /m);
  const lines = table.split('\n').filter((line) => line.startsWith('|'));
  const isRule = (line = ''): boolean => /^\|[\s|:-]+$/.test(line);
  const rows = lines.filter((line, i) => !isRule(line) && !isRule(lines[i + 1]));
  return rows.map((line) => {
    const [, promise = '', , proof = ''] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    return { promise, proofs: proofsIn(proof) };
  });
}

function proofsIn(cell: string): readonly Proof[] {
  const [, ...parts] = cell.split(/`(?=test\/)/);
  return parts.map((part) => {
    const [file = '', rest = ''] = part.split('`', 2);
    return { file, cases: [...rest.matchAll(/“([^”]+)”/g)].map(([, name = '']) => name) };
  });
}

function isThere({ file, cases }: Proof): boolean {
  const path = new URL(`packages/cutover/${file}`, root);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, 'utf8');
  return cases.every((name) => text.includes(name));
}
