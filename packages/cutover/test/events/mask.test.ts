import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maskMark, maskSecrets } from '../../src/events/mask.ts';
import { cleanLine } from '../../src/report/clean.ts';

const cases: readonly (readonly [string, readonly string[], readonly string[], string])[] = [
  ['masks a secret', ['hunter2'], ['password=hunter2\n'], 'password=***\n'],
  ['masks a secret that is split over two pieces', ['hunter2'], ['password=hun', 'ter2\n'], 'password=***\n'],
  ['gives out what only looked like a beginning', ['hunter2'], ['hunt', 'ing\n'], 'hunting\n'],
  ['gives out at the end what was kept back', ['hunter2'], ['hunt'], 'hunt'],
  ['masks every character of secrets that overlap', ['abcd', 'cdef'], ['xab', 'cd', 'efx'], 'x***x'],
  ['leaves nothing of a secret whose end begins another', ['abcd', 'cdef'], ['abcd', 'xy'], '***xy'],
  ['leaves values of fewer than four characters', ['on', '123'], ['on 123'], 'on 123'],
  ['masks a secret that was coloured in part', ['hunter2'], ['a hun\x1b[1;31mter\x1b[0m2 b\n'], 'a *** b\n'],
  ['masks one whose colour is split over two pieces', ['hunter2'], ['hunt\x1b[3', '1mer2\n'], '***\n'],
  ['masks one with a style that `tput sgr0` ends', ['hunter2'], ['hun\x1b(B\x1b[mter\x1b', '72\n'], '***\n'],
  ['masks one that a link breaks apart', ['hunter2'], ['hun\x1b]8;;https://a.b\x1b\\ter2\n'], '***\n'],
  ['masks one with a title that is split over two pieces', ['hunter2'], ['hun\x1b]0;ti', 'tle\x07ter2\n'], '***\n'],
  ['masks one whose title ends between two pieces', ['hunter2'], ['hun\x1b]0;title\x1b', '\\ter2\n'], '***\n'],
  [
    'masks one in a link',
    ['hunter2'],
    ['\x1b]8;;https://u:hun', 'ter2@a.b\x07a\n'],
    '\x1b]8;;https://u:***@a.b\x07a\n',
  ],
  ['masks one that is broken by what no terminal shows', ['hunter2'], ['hun\0t\u202e', '\x0eer2\n'], '***\n'],
  ['masks one behind what looked like a title', ['hunter2'], ['hun\x1b]t', 'er2\n'], '***\n'],
  [
    'waits for no end of a title for longer than one may be',
    ['hunter2'],
    ['hun\x1b]0;', 'x'.repeat(9000), 'more'],
    `hun\x1b]0;${'x'.repeat(9000)}more`,
  ],
  ['masks one that a backspace mends', ['hunter2'], ['hunX', '\bter2\n'], '***\n'],
  ['masks one that stood before it was written over', ['hunter2'], ['hunX\bter2\r', 'done\n'], '***\rdone\n'],
  ['masks one that is written over something', ['hunter2'], ['50 %\rhunX\b', 'ter2\n'], '50 %\r***\n'],
  ['takes back no mark for a secret that was taken back', ['hunter2', 'abcd'], ['hunabcX\bd\b\b\b\b', 'ter2'], '***'],
  ['masks one of several lines that end with CR LF', ['abc\ndef'], ['abc\r', '\ndef\r\n'], '***\r\n'],
  ['leaves what was taken back and is no secret', ['hunter2'], ['|\b/', '\b-\bhunt\n'], '|\b/\b-\bhunt\n'],
  ['leaves the colours around a secret', ['hunter2'], ['\x1b[31mhunter2\x1b[0m!\n'], '\x1b[31m***\x1b[0m!\n'],
  [
    'gives out a colour that only looked like one in a secret',
    ['hunter2'],
    ['hunt\x1b[', '31ming\n'],
    'hunt\x1b[31ming\n',
  ],
  [
    'masks the longer lines of a value of several lines',
    ['-----BEGIN-----\nMIIEow==\n}'],
    ['MIIEow==\n}\n'],
    '***\n}\n',
  ],
];

describe('maskSecrets', () => {
  for (const [name, secrets, pieces, expected] of cases) {
    it(name, () => assert.equal(streamed(secrets, pieces), expected));
  }

  const letters = (minLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength: 24 });

  it('masks the same however the stream is cut, exactly the characters of secrets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 7 })),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 24 })),
        (secrets, pieces) => {
          assert.equal(streamed(secrets, pieces), expectedFor(secrets, pieces.join('')));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('lets no secret through that can be read once a line is shown, whatever stands in it', () => {
    const parts = [
      'a',
      '\b',
      '\r',
      '\x1b[31m',
      '\x1b',
      '[',
      '3',
      '(',
      'B',
      ']',
      '\\',
      '\x07',
      '\x9d',
      '\0',
      '\x1b]8;;a\x07',
    ];
    const noise = fc.array(fc.array(fc.constantFrom(...parts), { maxLength: 3 }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(letters(4), noise, (secret, between) => {
        const pieces = secret.split('').flatMap((letter, at) => [letter, ...(between[at] ?? [])]);
        const mask = maskSecrets([secret]);
        let shown = '';
        for (const given of [...pieces.map((piece) => mask.push(piece)), mask.end()]) {
          shown += given;
          assert.ok(!cleanLine(shown, false).includes(secret));
        }
      }),
      { numRuns: 20_000 },
    );
  });

  for (const [name, filler] of [
    ['characters of which nothing is shown', '\0'],
    ['colours', '\x1b[31m'],
    ['sequences that are broken off', '\x1b[1;1;'],
    ['characters that are taken back', '|\b'],
    ['characters', '.'],
  ] as const) {
    it(`keeps back no more than some 64 KiB of thousands of ${name}`, () => {
      const mask = maskSecrets(['secret-value']);
      for (const text of ['s', ...Array<string>(4).fill(filler.repeat(64 * 1024))]) mask.push(text);
      assert.ok(mask.end().length <= 64 * 1024);
    });

    it(`finds a secret among thousands of ${name}`, () => {
      const between = filler.repeat(64 * 1024);
      const shown = cleanLine(streamed(['secret-value'], ['s', between, 'ec', between, 'ret-value', between]), false);
      assert.ok(!shown.includes('secret-value'));
    });
  }

  it('gives out a line that never ends, and masks what is in it', () => {
    const mask = maskSecrets(['secret-value']);
    const given = Array.from({ length: 20 }, (_, at) => mask.push(`${'.'.repeat(9000)}secr\x1b[1met-value${at}`));
    assert.ok(given.join('').length > 100_000);
    const whole = given.join('') + mask.end();
    assert.equal(whole, Array.from({ length: 20 }, (_, at) => `${'.'.repeat(9000)}***${at}`).join(''));
  });

  it('gives out each state of a line that is written over', () => {
    const mask = maskSecrets(['secret-value']);
    assert.deepEqual(
      ['s 1 %\r', 's 2 %\r', 's 3 %'].map((text) => mask.push(text)),
      ['', 's 1 %\r', 's 2 %\r'],
    );
  });

  it('lets no secret through', () => {
    fc.assert(
      fc.property(fc.array(letters(4), { minLength: 1 }), fc.array(letters(0)), fc.nat(), (secrets, pieces, at) => {
        const hidden = secrets[at % secrets.length] ?? '';
        const shown = streamed(secrets, [...pieces, ...hidden.split(''), ...pieces]);
        assert.ok(secrets.every((secret) => !shown.includes(secret)));
      }),
    );
  });
});

function streamed(secrets: readonly string[], pieces: readonly string[]): string {
  const mask = maskSecrets(secrets);
  return pieces.map((piece) => mask.push(piece)).join('') + mask.end();
}

/** The plainest way to say it: mark every character of every occurrence, then put one mark for each run of them. */
function expectedFor(secrets: readonly string[], text: string): string {
  const marked = text.split('').map((character, at) => (isCovered(secrets, text, at) ? '\0' : character));
  return marked.join('').replaceAll(/\0+/g, maskMark);
}

function isCovered(secrets: readonly string[], text: string, at: number): boolean {
  return secrets
    .filter((secret) => secret.length >= 4)
    .some((secret) => secret.split('').some((_, back) => back <= at && text.startsWith(secret, at - back)));
}
