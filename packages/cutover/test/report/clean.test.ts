import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { cleanLine, cleanWord, lastLines } from '../../src/report/clean.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['leaves plain text alone', 'added 12 packages', 'added 12 packages'],
  ['leaves letters of any language alone', 'größer 漢字 👍', 'größer 漢字 👍'],
  ['keeps the last state of a progress bar', ' 10%\r 60%\r100%', '100%'],
  ['keeps the state of a line that ends with CR', '100%\r', '100%'],
  ['drops cursor movements and erasing', '\x1b[2K\x1b[1A\x1b[10;4Hdone', 'done'],
  ['drops a title that ends with BEL', '\x1b]0;owned\x07done', 'done'],
  ['drops a link that ends with ST', '\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\', 'here'],
  ['shows the text after a title that never ends', '\x1b]0;done', '0;done'],
  ['drops a bell', 'done\x07', 'done'],
  ['takes back what a spinner took back', '|\b/\b-\bdone', 'done'],
  ['drops 8-bit sequences', '\x9b2Jdone\x85', 'done'],
  ['drops signs that turn the writing round', 'a\u202eb', 'ab'],
  ['keeps tabs', 'a\tb', 'a\tb'],
  ['drops what was cut off of a colour', 'done\x1b[3', 'done'],
];

describe('cleanLine', () => {
  for (const [name, line, expected] of cases) {
    it(name, () => {
      assert.equal(cleanLine(line, false), expected);
      assert.equal(cleanLine(line, true), expected);
    });
  }

  it('keeps colours only where they are shown, and closes them', () => {
    assert.equal(cleanLine('\x1b[31mred', true), '\x1b[31mred\x1b[0m');
    assert.equal(cleanLine('\x1b[31mred', false), 'red');
    assert.equal(cleanLine('\x1b[>4;2mred', true), 'red');
  });

  it('lets nothing through that could move anything, whatever it is made of', () => {
    const pieces = [
      '\x1b',
      '[',
      ']',
      '\x9b',
      '31',
      ';',
      'm',
      'J',
      'A',
      '\x07',
      '\b',
      '\r',
      '\\',
      'P',
      '?',
      ' ',
      'x',
      '\x01',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 30 }), (parts) => {
        const plain = cleanLine(parts.join(''), false);
        const coloured = cleanLine(parts.join(''), true);
        assert.match(plain, /^[\t -~]*$/);
        assert.match(coloured.replaceAll(/\x1b\[[\d;:]*m/g, ''), /^[\t -~]*$/);
        assert.equal(stripVTControlCharacters(plain), plain);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('what is made of it', () => {
  it('a word stands on one line', () => {
    assert.equal(cleanWord('fix:\n\tthe \x1b[31mbasket\x1b[0m '), 'fix: the basket');
  });

  it('the last lines leave out the empty ones at the end', () => {
    assert.deepEqual(lastLines('a\nb\nc\n\n', 2, false), ['b', 'c']);
    assert.deepEqual(lastLines('', 2, false), []);
  });
});
