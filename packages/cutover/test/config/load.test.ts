import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { configNames } from '../../src/config/find.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { LoadedConfig } from '../../src/config/loaded.ts';
import { type Problem, problemText, type Result } from '../../src/config/problem.ts';
import { resolveStage } from '../../src/config/resolve.ts';
import { allHosts } from '../../src/config/select.ts';
import { directoryWith } from './kit.ts';

/** Loads in a directory whose cache is its own. */
function load(directory: string, file: string | null = null): Promise<Result<LoadedConfig>> {
  return loadConfig({ directory, file, env: { XDG_CACHE_HOME: join(directory, '.cache') } });
}

async function inputOf(t: TestContext, name: string, text: string): Promise<unknown> {
  const result = await load(directoryWith(t, { [name]: text }));
  assert.ok(result.ok, result.ok ? '' : result.problems.map(problemText).join('\n'));
  return result.value.input;
}

async function problemOf(loading: Promise<Result<LoadedConfig>>): Promise<Problem> {
  const result = await loading;
  assert.ok(!result.ok);
  assert.equal(result.problems.length, 1);
  return result.problems[0]!;
}

describe('a config file', () => {
  it('in TypeScript loads where Cutover is not installed, with an enum, a top-level await and a helper without ending', async (t) => {
    const directory = directoryWith(t, {
      'package.json': '{"name":"shop"}',
      'helper.ts': "export const project: string = 'shop';",
      'cutover.config.ts': `import { defineConfig, type Config } from 'cutover';
import { project } from './helper';
enum Keep { Few = 3 }
const keep = await Promise.resolve(Keep.Few);
const config: Config = { project, keep, stages: {} };
export default defineConfig(config);
`,
    });
    const program = `import { loadConfig } from ${JSON.stringify(join(import.meta.dirname, '../../src/config/load.ts'))};
const result = await loadConfig({ directory: process.cwd(), file: null, env: { HOME: process.cwd() } });
console.log(JSON.stringify(result.ok ? result.value.input : result.problems));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: directory,
      encoding: 'utf8',
    });
    assert.equal(run.stderr, '');
    assert.deepEqual(JSON.parse(run.stdout), { project: 'shop', keep: 3, stages: {} });
  });

  const texts: Readonly<Record<string, string>> = {
    'cutover.config.ts': "const a: string = 'a';\nexport default { project: a };",
    'cutover.config.mjs': "import { defineConfig } from 'cutover';\nexport default defineConfig({ project: 'a' });",
    'cutover.config.json': '{\n\t"project": "a"\n}',
    'cutover.config.yaml': 'project: a # the name',
  };
  for (const name of configNames) {
    it(`may be ${name}`, async (t) => assert.deepEqual(await inputOf(t, name, texts[name]!), { project: 'a' }));
  }

  it('is looked for upwards', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.yaml': 'project: a', 'app/src/x': '' });
    const result = await load(join(directory, 'app/src'));
    assert.equal(result.ok && result.value.directory, directory);
  });

  it('is not looked for above the repository', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.yaml': 'project: a', 'app/.git/HEAD': '', 'app/src/x': '' });
    const { message } = await problemOf(load(join(directory, 'app/src')));
    assert.match(message, /^There is no Cutover config in /);
  });

  it('that is named is taken', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.yaml': 'project: a', 'other.yml': 'project: b' });
    const result = await load(directory, 'other.yml');
    assert.deepEqual(result.ok && result.value.input, { project: 'b' });
  });

  it('must be the only one', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.yaml': '', 'cutover.config.json': '{}' });
    assert.match((await problemOf(load(directory))).message, /several configs/);
  });

  it('that is named and not there is told', async (t) => {
    assert.match((await problemOf(load(directoryWith(t, {}), 'a.ts'))).message, /There is no config “.*a\.ts”\./);
  });

  it('of another kind is not read', async (t) => {
    assert.match((await problemOf(load(directoryWith(t, { 'a.toml': '' }), 'a.toml'))).message, /is not a config/);
  });

  it('is read anew each time', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.ts': 'export default { n: Math.random() };' });
    const [first, second] = [await load(directory), await load(directory)];
    assert.notDeepEqual(first.ok && first.value.input, second.ok && second.value.input);
  });

  it('is compiled into a directory for the user’s eyes alone', async (t) => {
    const directory = directoryWith(t, { 'cutover.config.ts': texts['cutover.config.ts']! });
    mkdirSync(join(directory, '.cache/cutover/config'), { recursive: true });
    chmodSync(join(directory, '.cache/cutover/config'), 0o777);
    assert.ok((await load(directory)).ok);
    const cache = join(directory, '.cache/cutover/config');
    assert.equal(statSync(cache).mode & 0o777, 0o700);
    assert.equal(readdirSync(cache).length, 1);
  });
});

describe('a config file that does not load tells the place', () => {
  const cases: readonly {
    readonly says: string;
    readonly name: string;
    readonly text: string;
    readonly line: number;
    readonly message: RegExp;
  }[] = [
    {
      says: 'where it throws',
      name: 'cutover.config.ts',
      text: "interface A {\n  a: string;\n}\nthrow new Error('no such token\\nmore');",
      line: 4,
      message: /^The config could not be run: no such token\.$/,
    },
    {
      says: 'where it throws something else',
      name: 'cutover.config.mjs',
      text: "throw 'x';",
      line: 0,
      message: /: x\.$/,
    },
    {
      says: 'where it cannot be parsed',
      name: 'cutover.config.ts',
      text: 'const a = {\n  x: 1,,\n};',
      line: 2,
      message: /Unexpected token/,
    },
    {
      says: 'what it cannot import',
      name: 'cutover.config.ts',
      text: "import x from './nope';\nexport default x;",
      line: 1,
      message: /Cannot find module '\.\/nope'/,
    },
    {
      says: 'that it exports nothing',
      name: 'cutover.config.ts',
      text: 'export const a = 1;',
      line: 1,
      message: /no default export/,
    },
    { says: 'of a YAML error', name: 'cutover.config.yaml', text: 'project: a\nstages: [', line: 2, message: /./ },
    {
      says: 'of a key that is there twice',
      name: 'cutover.config.yaml',
      text: 'a: 1\nb: 2\na: 3',
      line: 3,
      message: /unique/,
    },
    {
      says: 'of a key that is there twice in JSON',
      name: 'cutover.config.json',
      text: '{ "a": 1,\n"a": 2 }',
      line: 2,
      message: /unique/,
    },
    {
      says: 'of a key that is there twice far within JSON',
      name: 'cutover.config.json',
      text: '[{ "a": {"b, a": "b\\""}, "b": {} },\n{"c": [0, {"a": 1, "b": ["a", "b"],\n\n"a": 2}] }]',
      line: 4,
      message: /unique/,
    },
    {
      says: 'of text that is YAML and not JSON',
      name: 'cutover.config.json',
      text: 'a: 1',
      line: 1,
      message: /^From here on this is not JSON/,
    },
    {
      says: 'of a comma too many in JSON',
      name: 'cutover.config.json',
      text: '{ "a": 1,\n"b": 2,\n}',
      line: 3,
      message: /^From here on this is not JSON/,
    },
    {
      says: 'of JSON that is cut off',
      name: 'cutover.config.json',
      text: '{ "a": [1,\n2',
      line: 2,
      message: /^From here on this is not JSON/,
    },
  ];
  for (const { says, name, text, line, message } of cases) {
    it(says, async (t) => {
      const problem = await problemOf(load(directoryWith(t, { [name]: text })));
      assert.match(problem.message, message);
      assert.equal(problem.place?.line ?? 0, line);
    });
  }

  it('of aliases that multiply without end', async (t) => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(', ')}]`,
    );
    const result = await load(directoryWith(t, { 'cutover.config.yaml': ['a0: &a0 x', ...levels].join('\n') }));
    assert.ok(!result.ok);
  });
});

const script = `import { defineConfig } from 'cutover';
// defineConfig({ project: 'not this' })
const more = { keep: 1 };
export default defineConfig({
  project: 'shop', /* path: */ path: '/srv',
  ...more,
  "layout": \`x }\`,
  hooks: {
    'before activate': [
      'a, b',
      { run: "x // {", roles: ['db'] },
    ],
  },
  batch: pick({ a: 1 }, [2]),
  stages: { production: { hosts: { web1: { prot: 1 } } } },
});
`;

describe('places', () => {
  const files: readonly {
    readonly name: string;
    readonly text: string;
    readonly places: readonly (readonly [readonly (string | number)[], string | null])[];
  }[] = [
    {
      name: 'cutover.config.ts',
      text: script,
      places: [
        [[], '4:29'],
        [['project'], '5:3'],
        [['path'], '5:32'],
        [['layout'], '7:3'],
        [['hooks', 'before activate', 0], '10:7'],
        [['hooks', 'before activate', 1, 'roles', 0], '11:32'],
        [['batch', 'a'], '14:3'],
        [['stages', 'production', 'hosts', 'web1', 'prot'], '15:44'],
        [['stages', 'production', 'hosts', 'web1', 'address'], '15:36'],
        [['keep'], '4:29'],
      ],
    },
    {
      name: 'cutover.config.mjs',
      text: 'const config = { project: 1 };\nexport default config;',
      places: [[['project'], null]],
    },
    { name: 'cutover.config.mjs', text: 'export default {\n  project: 1 };', places: [[['project'], '2:3']] },
    {
      name: 'cutover.config.yaml',
      text: 'project: a\nhooks:\n  build:\n    - x\n    - run: y\n      limit: z\nenv: &e {A: 1}\nsecrets: *e\n1: x\n',
      places: [
        [['hooks', 'build', 1, 'limit'], '6:7'],
        [['hooks', 'build', 0], '4:7'],
        [['env', 'A'], '7:10'],
        [['secrets', 'A'], '7:10'],
        [['1'], '9:1'],
        [['hooks', 'deploy'], '2:1'],
      ],
    },
    {
      name: 'cutover.config.json',
      text: '{\n\t"env": {"A": [1,\n2]}}',
      places: [
        [['env', 'A', 1], '3:1'],
        [['env'], '2:2'],
      ],
    },
  ];
  for (const { name, text, places } of files) {
    it(`are found in ${name}: ${places.map(([, place]) => place).join(' ')}`, async (t) => {
      const directory = directoryWith(t, {
        [name]: text.replace("from 'cutover'", "from 'cutover'; const pick = (...a) => a"),
      });
      const result = await load(directory);
      assert.ok(result.ok, result.ok ? '' : result.problems.map(problemText).join('\n'));
      const found = places
        .map(([path]) => result.value.locate(path))
        .map((place) => (place === null ? null : `${place.line}:${place.column}`));
      assert.deepEqual(
        found,
        places.map(([, place]) => place),
      );
    });
  }

  it('stand before the problems that people read', async (t) => {
    const directory = directoryWith(t, {
      'cutover.config.yaml': 'project: a\npath: /a\nstages:\n  p:\n    hosts:\n      a: {prot: 1}\n',
    });
    const config = await load(directory);
    assert.ok(config.ok);
    const result = resolveStage(config.value, { stage: null, env: {}, set: [], selection: allHosts });
    assert.deepEqual(!result.ok && result.problems.map(problemText), [
      `${join(directory, 'cutover.config.yaml')}:6:11  stages.p.hosts.a.prot  There is no option “prot” here.\n    Did you mean “port”?`,
    ]);
  });
});
