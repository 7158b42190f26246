import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ended, type Project, project } from './kit.ts';

describe('a deploy path where another project is deployed', () => {
  it('is left alone by every command that changes hosts, and check tells whose it is', async (t) => {
    const on = project(t, { hosts: { one: {} }, config: { shared: { files: [{ path: '.env', required: false }] } } });
    ended(await on.cutover('deploy'), 0);
    const served = servedOn(on);
    writeFileSync(join(on.app, '.env.production'), 'A=1\n');
    rename(on, 'blog');
    const path = on.path('one');
    const told = `${path} is where the project shop is deployed, and this config is of blog. ${served} is in service and stays. Give blog a deploy path of its own, or, if shop is now called blog, take its releases over once with "cutover adopt".`;
    for (const command of ['deploy', 'deploy --same', 'plan', 'rollback', 'prune', 'env push --yes']) {
      const { err } = ended(await on.cutover(...command.split(' ')), 3);
      assert.equal(err, `one: ${told}\nNothing was changed.\n`, command);
    }
    const check = ended(await on.cutover('check'), 3).out;
    assert.ok(check.includes(`✗ deploy-path`) && check.includes(told), check);
    assert.equal(
      ended(await on.cutover('status'), 0)
        .out.split('\n')
        .slice(2)
        .join('\n'),
      `one: ${path} is where the project shop is deployed, and this config is of blog.\n`,
    );
    assert.equal(servedOn(on), served);
    assert.equal(existsSync(join(path, '.env')), false);
  });

  it('is that of a project that was renamed, once it is taken over', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('deploy'), 0);
    const first = servedOn(on);
    rename(on, 'blog');
    assert.match(ended(await on.cutover('adopt', '--yes'), 0).out, /take over 1 release of the project shop/);
    assert.deepEqual(projectsOn(on), ['blog']);
    assert.equal(servedOn(on), first);
    ended(await on.cutover('deploy', '--same'), 0);
    ended(await on.cutover('rollback'), 0);
    assert.equal(servedOn(on), first);
    assert.match(ended(await on.cutover('adopt', '--yes'), 3).err, /There is nothing to take over/);
    rename(on, 'shop');
    assert.match(ended(await on.cutover('deploy'), 3).err, /is where the project blog is deployed/);
  });

  it('is nobody’s where records name none, and where nothing ever served', async (t) => {
    const on = project(t, { hosts: { one: {} }, config: { hooks: { 'after build': ['exit 1'] } } });
    ended(await on.cutover('deploy'), 1);
    assert.deepEqual(projectsOn(on), ['shop']);
    rename(on, 'blog', { hooks: {} });
    ended(await on.cutover('deploy'), 0);
    for (const file of recordsOn(on)) {
      const { project: _, ...nameless } = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, `${JSON.stringify(nameless)}\n`);
    }
    rename(on, 'shop');
    ended(await on.cutover('deploy', '--same'), 0);
    ended(await on.cutover('rollback'), 0);
  });
});

/** Gives the config another project, or other settings as well. */
function rename({ app }: Project, name: string, more: object = {}): void {
  const file = join(app, 'cutover.config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), project: name, ...more }));
}

function servedOn(on: Project): string {
  return readlinkSync(join(on.path('one'), 'current')).slice('releases/'.length);
}

function recordsOn(on: Project): readonly string[] {
  const directory = join(on.path('one'), '.cutover/releases');
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(directory, name));
}

function projectsOn(on: Project): readonly string[] {
  return [...new Set(recordsOn(on).map((file) => String(JSON.parse(readFileSync(file, 'utf8')).project)))];
}
