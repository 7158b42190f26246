import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = join(import.meta.dirname, '../../../..');
const tsc = join(root, 'node_modules/.bin/tsc');
const limitMs = 180_000;

const manifest = JSON.parse(readFileSync(join(root, 'packages/cutover/package.json'), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
};

describe('the published package', () => {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-package-'));
  const app = join(directory, 'app');
  const installed = join(app, 'node_modules/cutover');
  after(() => rmSync(directory, { recursive: true, force: true }));

  before(() => {
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
    run(process.execPath, [join(root, 'tools/dev.ts'), 'pack', directory]);
    const [archive = ''] = globSync('*.tgz', { cwd: directory });
    run(
      'npm',
      ['install', join(directory, archive), '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'],
      app,
    );
  });

  it('holds what it needs and nothing else', () => {
    const files = globSync('**/*.*', { cwd: installed, exclude: ['node_modules/**'] });
    assert.deepEqual(
      files.filter((file) => !/^(?:dist\/.+\.(?:js|d\.ts)|bin\/cutover\.cjs|package\.json|README\.md)$/.test(file)),
      [],
    );
    for (const file of ['bin/cutover.cjs', 'dist/index.js', 'dist/index.d.ts', 'README.md'])
      assert.ok(files.includes(file), file);
    assert.match(readFileSync(join(installed, 'LICENSE'), 'utf8'), /^MIT License/);
  });

  it('has at most 10 direct dependencies, each pinned to one version', () => {
    const versions = Object.entries(manifest.dependencies);
    assert.ok(versions.length <= 10, `${versions.length} dependencies`);
    assert.deepEqual(
      versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
      [],
    );
  });

  it('brings nothing that wants to run a script when it is installed', () => {
    const lock = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>>;
    };
    assert.ok(Object.keys(lock.packages).length > 1);
    assert.deepEqual(
      Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript),
      [],
    );
  });

  it('says its version and its commands in an empty directory', () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    const cutover = join(app, 'node_modules/.bin/cutover');
    assert.equal(run(cutover, ['--version'], empty).trim(), manifest.version);
    assert.match(run(cutover, ['--help'], empty), /\bdeploy\b[\s\S]*\brollback\b/);
  });

  it('gives a config file its types', () => {
    writeFileSync(
      join(app, 'cutover.config.ts'),
      `import { defineConfig } from 'cutover';\ndefineConfig('not a config');\n`,
    );
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', ''];
    const { stdout } = spawnSync(tsc, [...flags, 'cutover.config.ts'], { cwd: app, encoding: 'utf8' });
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    assert.match(errors.join('\n'), /^cutover\.config\.ts\(2,14\): error TS\d+: [^\n]*string[^\n]*$/);
  });
});

describe('the command', () => {
  it('says which Node it needs on an older one, and does nothing', () => {
    const older = `data:text/javascript,${encodeURIComponent(
      `Object.defineProperties(process, { versions: { value: { node: '20.9.0' } }, version: { value: 'v20.9.0' } });`,
    )}`;
    const shim = join(root, 'packages/cutover/bin/cutover.cjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', older, shim], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^Cutover needs Node 24\.11 or newer; this is v20\.9\.0, and nothing was done\.\n.*npx -p node@24 -p cutover cutover/,
    );
  });
});

function run(program: string, args: readonly string[], cwd = root): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: limitMs });
  assert.equal(
    status,
    0,
    `${program} ${args.join(' ')} ended with ${status}\n${error?.message ?? ''}${stdout}${stderr}`,
  );
  return stdout;
}
