import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interpolate } from '../../src/config/interpolate.ts';
import { linesOf } from './kit.ts';

const env = { NAME: 'value', EMPTY: '', NESTED: '${NAME}' };

describe('variables of the environment', () => {
  const filled: readonly (readonly [string, string])[] = [
    ['${NAME}', 'value'],
    ['a${NAME}b${NAME}', 'avaluebvalue'],
    ['${MISSING:-there}', 'there'],
    ['${MISSING:-}', ''],
    ['${EMPTY:-there}', 'there'],
    ['${NAME:-there}', 'value'],
    ['$${NAME}', '${NAME}'],
    ['$NAME $ {} $(x)', '$NAME $ {} $(x)'],
    ['${NESTED}', '${NAME}'],
  ];
  for (const [written, value] of filled) {
    it(`are put in: ${written} becomes ${JSON.stringify(value)}`, () => {
      assert.deepEqual(interpolate({ php: written }, env), { value: { php: value }, problems: [] });
    });
  }

  const refused: readonly (readonly [string, string])[] = [
    [
      '${MISSING}',
      'The environment variable MISSING is not set. → Set it, or write ${MISSING:-default} to go on without it.',
    ],
    ['${EMPTY}', 'The environment variable EMPTY is empty. → Set it, or write ${EMPTY:-default} to go on without it.'],
    [
      '${toString}',
      'The environment variable toString is not set. → Set it, or write ${toString:-default} to go on without it.',
    ],
    [
      '${a b}',
      '“${a b}” is not the name of a variable. → Write ${NAME} or ${NAME:-default}; $${ stands for a plain ${.',
    ],
    [
      '${NAME',
      '“${NAME” is not the name of a variable. → Write ${NAME} or ${NAME:-default}; $${ stands for a plain ${.',
    ],
  ];
  for (const [written, message] of refused) {
    it(`fail loudly: ${written}`, () => {
      const { problems } = interpolate({ checks: [{ headers: { a: written } }] }, env);
      assert.deepEqual(linesOf({ ok: false, problems }), [`checks[0].headers.a: ${message}`]);
    });
  }

  it('are left to the shell in hooks and commands, in the project and in stages', () => {
    const text = '${MISSING} ${HOME:-x}';
    const shell = { hooks: { build: [text, { run: text, undo: text }] }, checks: [{ command: text }] };
    const config = { ...shell, stages: { p: shell } };
    assert.deepEqual(interpolate(config, {}), { value: config, problems: [] });
  });

  it('are put into everything else of a hook', () => {
    const { value } = interpolate({ hooks: { build: [{ run: 'x', env: { A: '${NAME}' } }] } }, env);
    assert.deepEqual(value, { hooks: { build: [{ run: 'x', env: { A: 'value' } }] } });
  });
});
