import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { longestWord, openingWord, printfFormat } from '../../src/remote/opening.ts';
import { runnerCommand } from '../../src/remote/runner.ts';
import { quote } from '../../src/shell/text.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';
import { hostileText } from './contract/openings.ts';

const special = `'"\\!%\n\r\t\u001b\u007f 017nx$\`;~#`.split('');
const marked = fc.constantFrom(...special, '\r\n', "'\\''", 'é', '€', '😀');
const anyText = fc.string({ unit: fc.oneof(marked, fc.string({ minLength: 1, maxLength: 1, unit: 'binary' })) });
const text = anyText.filter((value) => !value.includes('\0'));

describe('The printf format of a text', () => {
  it('is printable ASCII in which no login shell reads anything', () => {
    fc.assert(
      fc.property(text, (value) => {
        assert.match(printfFormat(value), /^[ -~]*$/);
        assert.doesNotMatch(printfFormat(value), /['!]|\\[^0-7n]|\\$/);
      }),
    );
  });

  it('is little longer than a script of usual kind', () => {
    const script = 'for file in *; do\n  [ ! -d "$file" ] || printf \'%s\\n\' "$file"\ndone\n';
    assert.ok(printfFormat(script).length < script.length * 1.4);
  });

  for (const [name, ...shell] of [
    ['dash', '/bin/dash'],
    ['bash', '/bin/bash'],
    ['busybox', '/bin/busybox', 'sh'],
  ] as const)
    it(`is decoded by ${name} to exactly that text`, (context) => {
      if (!existsSync(shell[0])) return context.skip(`${shell[0]} is not installed`);
      holds((values) => decoded([...shell], printed(values.map((value) => quote(printfFormat(value))))));
    });

  for (const shell of ['/bin/dash', '/bin/bash', '/bin/busybox sh', '/usr/bin/fish', '/usr/bin/zsh', '/bin/tcsh'])
    it(`comes whole through the login shell ${shell}`, (context) => {
      const argv = shell.split(' ');
      if (!existsSync(argv[0] ?? '')) return context.skip(`${shell} is not installed`);
      holds((values) => {
        const assigned = values.map((value, i) => quote(`X${i}=${printfFormat(value)}`)).join(' ');
        return decoded(argv, `exec env ${assigned} sh -c '${printed(values.map((_, i) => `"$X${i}"`))}'`);
      });
    });
});

describe('A segment that goes along', () => {
  const nonce = '0'.repeat(24);

  it('makes a command that every server takes', () => {
    const longest = runnerCommand(nonce, 1_000_000, 'x'.repeat(longestWord));
    assert.ok(String(longest).length < 9000);
  });

  it('has neither secrets nor data, no NUL, and is not too long', () => {
    const [step, payload] = [stepOf('one', 'echo'), { bytes: 0, path: '/x', read: () => assert.fail() }];
    assert.notEqual(openingWord(segmentOf([step]), nonce), null);
    assert.equal(openingWord(segmentOf([step], { secrets: { TOKEN: 'x' } }), nonce), null);
    assert.equal(openingWord(segmentOf([step], { payload }), nonce), null);
    assert.equal(openingWord(segmentOf([stepOf('one', 'echo \0')]), nonce), null);
    assert.equal(openingWord(segmentOf([stepOf('one', 'x'.repeat(longestWord))]), nonce), null);
  });
});

/** Of many texts at once: what costs is to start the shell. */
function holds(decode: (values: readonly string[]) => Buffer): void {
  const texts = fc.array(text, { minLength: 20, maxLength: 20 });
  const examples: [string[]][] = [[[hostileText, '\n\n', '%', '\\', '\n7', "'"]]];
  fc.assert(
    fc.property(texts, (values) =>
      assert.deepEqual(decode(values), Buffer.from(values.map((value) => `${value}\0`).join(''))),
    ),
    { numRuns: 3, examples },
  );
}

/** Prints each of these formats and a NUL. */
function printed(formats: readonly string[]): string {
  return formats.map((format) => `printf ${format}; printf "\\000"`).join('; ');
}

function decoded([shell = '', ...args]: readonly string[], command: string): Buffer {
  return execFileSync(shell, [...args, '-c', command]);
}
