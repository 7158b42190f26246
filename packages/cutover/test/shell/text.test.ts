import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { lines, quote, sh } from '../../src/shell/text.ts';

const shells: readonly (readonly string[])[] = [['dash'], ['bash'], ['busybox', 'sh']];

describe('quoting', () => {
  for (const [command = 'sh', ...args] of shells) {
    it(`brings every string through ${command} as one word, unchanged`, () => {
      const lists = fc.array(
        fc.array(
          fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
          { maxLength: 8 },
        ),
        { minLength: 30, maxLength: 30 },
      );
      fc.assert(
        fc.property(lists, (all) => {
          const each = all.map((words) => sh`for word in ${words}; do printf '%s\0' "$word"; done`);
          const out = execFileSync(command, [...args, '-c', String(lines(...each))]).toString();
          assert.deepEqual(
            out.split('\0').slice(0, -1),
            all.flat().map((word) => Buffer.from(word).toString()),
          );
        }),
        {
          numRuns: 3,
          examples: [[[['', "it's", '$(touch x)', '`id`', '-rf', '\n', '  ', '\\', '*', '~', '!', 'a\n  b']]]],
        },
      );
    });
  }

  it('refuses a NUL byte, which no shell word can hold', () => assert.throws(() => quote('a\0b'), TypeError));
});

describe('shell text', () => {
  it('puts quoted values into the template and leaves shell values as they are', () => {
    assert.equal(String(sh`rm -rf ${'a b'} ${['c', "d'e"]} ${sh`"$x"`} ${7}`), `rm -rf 'a b' c 'd'\\''e' "$x" 7`);
  });

  it('takes the indentation off the template, and never off a value', () => {
    const script = sh`
      if true; then
        echo ${'first\n      second'}
      fi`;
    assert.equal(String(script), "if true; then\n  echo 'first\n      second'\nfi");
  });

  it('writes a shell parameter with braces where the template escapes it', () => {
    assert.equal(String(sh`echo "\${name##*/}"`), 'echo "${name##*/}"');
  });

  it('joins pieces line by line and leaves out what is null', () => {
    assert.equal(String(lines(sh`a`, null, sh`b`)), 'a\nb');
  });
});
