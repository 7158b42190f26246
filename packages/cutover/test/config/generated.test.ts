import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadConfig } from '../../src/config/load.ts';
import { generatedDocs } from '../../src/config/reference.ts';
import { resolveStage } from '../../src/config/resolve.ts';
import { scaffoldConfig } from '../../src/config/scaffold.ts';
import { configSchema } from '../../src/config/schema/config.ts';
import { allHosts } from '../../src/config/select.ts';
import { typesShim } from '../../src/config/shim.ts';
import { hookVariables } from '../../src/config/variables.ts';
import { directoryWith } from './kit.ts';

const root = join(import.meta.dirname, '../../../..');

describe('what is generated from the schema', () => {
  for (const { path, text } of generatedDocs()) {
    it(`${path} is current`, () => {
      const file = join(root, path);
      const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
      assert.ok(written === text, `${path} is not what the schema gives. Write it anew: ./dev generate`);
    });
  }

  it('has a sentence for every option', () => {
    const page = generatedDocs()[0]?.text ?? '';
    assert.deepEqual(
      page.split('\n').filter((line) => line.startsWith('| `') && line.endsWith('|  |')),
      [],
    );
  });

  it('names every variable of hooks', () => {
    const page = generatedDocs()[0]?.text ?? '';
    assert.deepEqual(
      hookVariables.filter((name) => !page.includes(`\`{{ ${name} }}\``)),
      [],
    );
  });
});

const full = `/// <reference path="./cutover.d.ts" />
import { defineConfig, type Config } from 'cutover';
const base: Pick<Config, 'keep'> = { keep: 5 };
export default defineConfig({
  ...base,
  project: 'shop',
  recipe: 'laravel',
  source: { type: 'git', ref: 'main', subdirectory: 'apps/shop' },
  layout: 'envoyer',
  path: '/srv/shop',
  shared: { directories: [{ from: 'public/uploads', to: 'storage/app/uploads' }], files: [{ path: 'x.sqlite', required: false }] },
  writable: { way: 'acl', user: 'www-data' },
  env: { A: 'x', B: 1, C: true },
  secrets: { SENTRY_TOKEN: '\${SENTRY_TOKEN:-none}' },
  hooks: {
    build: ['composer install --no-dev'],
    'before activate': [{ run: 'php artisan migrate --force', roles: ['db'], once: true, limit: '5m', undo: 'php artisan migrate:rollback', secrets: ['SENTRY_TOKEN'] }],
  },
  checks: [{ http: 'https://shop.example/up', status: 200, from: 'here', within: '20s' }, { command: 'php artisan about' }],
  batch: '25%',
  stages: {
    production: { keep: 3, hosts: { db: { address: 'db.example', user: 'deploy', roles: ['db'], labels: { region: 'eu' } }, 'web[01:10]': { address: 'web[01:10].example' }, worker: { receivesCode: false } } },
    staging: { source: 'git', hosts: { local: { local: true, path: '/tmp/x', roles: ['db'] } } },
  },
});
`;

function compile(directory: string): string {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--module',
    'esnext',
    '--moduleResolution',
    'bundler',
    '--target',
    'es2022',
    '--types',
    '',
  ];
  try {
    return execFileSync(process.execPath, [tsc, ...options, 'cutover.config.ts'], {
      cwd: directory,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('the types shim', () => {
  it('types a config where Cutover is not installed', (t) => {
    assert.equal(compile(directoryWith(t, { 'cutover.config.ts': full, 'cutover.d.ts': typesShim() })), '');
  });

  it('finds what is wrong', (t) => {
    const wrong = full.replace("layout: 'envoyer'", "layout: 'envoier'").replace("limit: '5m'", 'limt: 5');
    const said = compile(directoryWith(t, { 'cutover.config.ts': wrong, 'cutover.d.ts': typesShim() }));
    assert.match(said, /envoier/);
    assert.match(said, /limt/);
  });

  it('takes what the schema takes', async (t) => {
    const loaded = await loadConfig({
      directory: directoryWith(t, { 'cutover.config.ts': full }),
      file: null,
      env: {},
    });
    assert.ok(loaded.ok && configSchema.safeParse(loaded.value.input).success);
  });
});

const answers = {
  project: 'shop',
  recipe: 'laravel',
  stage: 'production',
  host: { name: 'web1', address: 'web1.example', user: 'deploy' },
  deployPath: '/srv/shop',
  ref: 'main',
  url: 'https://shop.example/up',
  run: null,
  hooks: [
    { point: 'build', commands: [{ run: "echo 'it''s' \\ \"x\"", once: false }] },
    { point: 'before activate', commands: [{ run: 'php artisan migrate --force', once: true }] },
    { point: 'after activate', commands: [] },
  ],
} as const;

describe('the first config', () => {
  it('reads well', () => {
    assert.equal(
      scaffoldConfig(answers),
      `/// <reference path="./cutover.d.ts" />
import { defineConfig } from 'cutover';

// Every option has a sentence in the editor. \`cutover plan\` shows what a deployment would do.
export default defineConfig({
  project: 'shop',
  recipe: 'laravel',

  // What the git repository on this machine has is sent to the hosts; they need no credentials.
  source: { type: 'git', ref: 'main' },

  // On each host: holds \`current\`, \`releases/\` and what is shared between releases.
  path: '/srv/shop',
  keep: 5,

  hooks: {
    build: [
      'echo \\'it\\'\\'s\\' \\\\ "x"',
    ],
    'before activate': [
      { run: 'php artisan migrate --force', once: true },
    ],
  },

  // Asked once the new release is in service; when it does not answer, the old one is put back.
  checks: [{ http: 'https://shop.example/up' }],

  stages: {
    production: {
      hosts: { web1: { address: 'web1.example', user: 'deploy' } },
    },
  },
});
`,
    );
  });

  const variants = {
    'with everything': answers,
    'for this machine alone': {
      ...answers,
      host: { name: 'here', address: null, user: null },
      ref: null,
      url: null,
      hooks: [],
    },
    'with a process that serves requests': {
      ...answers,
      recipe: 'node' as const,
      run: "node --title='a' server.js",
      hooks: [],
    },
    'with names that are not words': {
      ...answers,
      stage: 'pre-production',
      host: { name: 'web-1.example', address: 'web-1.example', user: null },
    },
  };
  for (const [says, variant] of Object.entries(variants)) {
    it(`is typed and resolves ${says}`, async (t) => {
      const directory = directoryWith(t, { 'cutover.config.ts': scaffoldConfig(variant), 'cutover.d.ts': typesShim() });
      assert.equal(compile(directory), '');
      const loaded = await loadConfig({ directory, file: null, env: {} });
      assert.ok(loaded.ok);
      const resolved = resolveStage(loaded.value, { stage: null, env: {}, set: [], selection: allHosts });
      assert.ok(resolved.ok);
      assert.deepEqual(
        resolved.value.hooks.map(({ run }) => run),
        variant.hooks.flatMap(({ commands }) => commands.map(({ run }) => run)),
      );
    });
  }
});
