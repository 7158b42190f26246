import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Exit } from '../../src/cli/exit.ts';
import { cliReference } from '../../src/cli/reference.ts';
import { ended, project } from './kit.ts';

const file = join(import.meta.dirname, '../../../../docs/reference/cli.md');

describe('docs/reference/cli.md', () => {
  const page = cliReference();

  it('is current', () => {
    const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
    assert.ok(written === page, 'docs/reference/cli.md is not what the commands give. Write it anew: ./dev generate');
  });

  it('has a sentence for every exit code, command and option', () => {
    for (const code of Object.values(Exit)) assert.match(page, new RegExp(`^\\| ${code} \\| \\w+ \\| .+\\. \\|$`, 'm'));
    assert.deepEqual(
      page.split('\n').filter((line) => /^\| \W.*\| {2}\|$/.test(line) && !line.includes('command |')),
      [],
    );
  });

  it('has a section for every command that help names, and for each that stands in another', async (t) => {
    const help = ended(await project(t).cutover('--help'), 0).out;
    const names = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}(\w+)/gm)].map(([, name]) => name ?? '');
    assert.ok(names.length > 10);
    for (const name of names.filter((each) => !['help', 'env', 'cache'].includes(each)))
      assert.match(page, new RegExp(`^## ${name}$`, 'm'));
    for (const name of ['push', 'pull', 'diff']) assert.match(page, new RegExp(`^## env ${name}$`, 'm'));
    for (const name of ['status', 'purge', 'fix']) assert.match(page, new RegExp(`^## cache ${name}$`, 'm'));
  });

  it('links to headings that are there', () => {
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-'));
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, target = '']) => target);
    assert.deepEqual(
      links.filter((target) => !headings.includes(target)),
      [],
    );
  });
});
