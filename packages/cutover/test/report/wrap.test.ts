import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { widthOf } from '../../src/report/width.ts';
import { hanging, wrapped } from '../../src/report/wrap.ts';

const cases: readonly (readonly [name: string, line: string, columns: number | null, rows: readonly string[]])[] = [
  [
    'breaks between words and goes on further in',
    'web1: the deploy path is locked by ann.',
    30,
    ['web1: the deploy path is', '  locked by ann.'],
  ],
  [
    'keeps the indent of a line',
    '    the deploy path is locked by ann.',
    32,
    ['    the deploy path is locked by', '      ann.'],
  ],
  ['leaves what fits', 'It fits.', 30, ['It fits.']],
  ['leaves an empty line', '', 30, ['']],
  ['leaves all where there is no terminal', `${'word '.repeat(40)}.`, null, [`${'word '.repeat(40)}.`]],
  ['leaves all where there is hardly a terminal', 'A line without much room.', 20, ['A line without much room.']],
  [
    'keeps a command whole that fits a line',
    'On the host it helps: `sudo chown ann /srv`.',
    30,
    ['On the host it helps:', '  `sudo chown ann /srv`.'],
  ],
  [
    'keeps a command whole that fits no line',
    'Run `sudo chown ann /srv/shop /srv/blog` there.',
    30,
    ['Run', '  `sudo chown ann /srv/shop /srv/blog`', '  there.'],
  ],
  [
    'keeps what stands between quotes whole',
    'The project was set "in one piece" there.',
    30,
    ['The project was set', '  "in one piece" there.'],
  ],
  [
    'is not misled by a quote that has no end',
    'The project was set to 5" and to `what was then.',
    30,
    ['The project was set to 5" and', '  to `what was then.'],
  ],
  [
    'breaks each line of several',
    'The first line of all that there are\nAnd the second',
    30,
    ['The first line of all that', '  there are', 'And the second'],
  ],
];

describe('a sentence on a terminal', () => {
  for (const [name, line, columns, rows] of cases) it(name, () => assert.deepEqual(wrapped([line], columns), rows));

  it('hangs below itself behind what is said of it', () => {
    assert.deepEqual(hanging('  ✗ lock  ', 'Somebody holds it since this morning.', 36), [
      '  ✗ lock  Somebody holds it since',
      '          this morning.',
    ]);
  });

  it('loses no word, and no line is wider than the terminal unless one word is', () => {
    const words = fc.array(fc.stringMatching(/^[a-z漢`"]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 30, max: 90 }), (list, columns) => {
        const rows = wrapped([list.join(' ')], columns);
        assert.equal(rows.map((row) => row.trim()).join(' '), list.join(' '));
        for (const row of rows) assert.ok(widthOf(row) <= columns || /[`"]/.test(row), row);
      }),
    );
  });
});
