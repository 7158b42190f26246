import assert from 'node:assert/strict';
import { join } from 'node:path/posix';
import { describe, it } from 'node:test';
import { assertNone } from './none.ts';
import { circles, tooLong, undocumented, unneeded } from './rules.ts';
import { packageSources, repositoryFiles, type Source, sourceOf } from './sources.ts';

const no: readonly string[] = [];
const sources = packageSources();

describe('the sources', () => {
  it('are short enough to be read at once', () => {
    assertNone(tooLong(sources));
    assert.deepEqual(tooLong([sourceOf('a.ts', '\n'.repeat(251))]), ['a.ts has 251 lines; 250 is the most.']);
  });

  it('say in a sentence what each export is', () => {
    assertNone(undocumented(sources));
    const file = sourceOf('a.ts', '/** Says a. */\nexport type A = 1;\nexport async function b() {}\n');
    assert.deepEqual(undocumented([file]), ['a.ts exports b without a sentence that says what it is.']);
  });

  it('export nothing that nobody needs', () => {
    assertNone(
      unneeded(sources, { tools: users('tools/**/*.ts'), tests: users('packages/*/test/**/*.ts', 'bench/**/*.ts') }),
    );
    const a = sourceOf(
      'a.ts',
      'export type T = 1;\nexport const b: T = 1;\nexport const c = b;\nexport const d = 1;\n',
    );
    const user = sourceOf('u.ts', `import { c, d as e } from './a.ts';`);
    assert.deepEqual(unneeded([a, user], { tools: [], tests: [] }), ['a.ts exports b, which no other source imports.']);
    assert.deepEqual(
      unneeded([a], { tools: [], tests: [user] }),
      ['b', 'c', 'd'].map((name) => `a.ts exports ${name}, which no other source imports.`),
    );
    assert.deepEqual(unneeded([a, user], { tools: [], tests: [sourceOf('t.ts', `import { b } from './a.ts';`)] }), no);
  });

  it('do not import one another in a circle', () => {
    assertNone(circles(sources));
    const pair = [sourceOf('a.ts', `import { b } from './b.ts';`), sourceOf('b.ts', `import { a } from './a.ts';`)];
    assert.deepEqual(circles(pair), ['a.ts → b.ts → a.ts is a circle of imports.']);
  });
});

/** Forms that no text of the repository may hold; written so that this file does not hold them. */
const forbidden: readonly { readonly form: RegExp; readonly why: string }[] = [
  { form: /\b(?:TO[D]O|FIX[M]E|XX[X])\b(?!.*#\d)/, why: 'leaves work without naming the issue it is in' },
  { form: /(?<![\w.$}])\/(?:work|root|Users)\/[\w.]/, why: "names a directory of somebody's machine" },
  { form: /(?<![\w.$}])\/home\/(?!deploy\b|forge\b)[\w.]/, why: "names a directory of somebody's machine" },
];

describe('the text of the repository', () => {
  const everything = [
    '*',
    '.ci/*',
    '.oxlintrc.json',
    'docs/**/*.*',
    'bench/**/*.*',
    'tools/**/*.*',
    'packages/**/*.{ts,cjs,json,md}',
  ];
  const files = repositoryFiles(...everything);

  for (const { form, why } of forbidden) {
    it(`holds no line that ${why}: ${form.source}`, () => {
      const found = files.flatMap(({ path, text }) => linesWith(form, text).map((line) => `${path}:${line} ${why}.`));
      assertNone(found);
    });
  }
});

function linesWith(form: RegExp, text: string): readonly number[] {
  return text.split('\n').flatMap((line, index) => (form.test(line) ? [index + 1] : []));
}

/** Files beside the sources, with their imports of sources named as the sources name them. */
function users(...patterns: readonly string[]): readonly Source[] {
  const files = repositoryFiles(...patterns);
  return files.map(({ path, text }) => sourceOf(join('../../..', path), text)).map(asSourcesName);
}

function asSourcesName(source: Source): Source {
  const prefix = '../../../packages/cutover/src/';
  return { ...source, imports: source.imports.map((taken) => ({ ...taken, from: taken.from.replace(prefix, '') })) };
}
