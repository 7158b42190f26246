import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findNginx, phpSite, startNginx } from '../../src/demo/server/nginx.ts';
import { findPhpFpm, type PhpFpm, startPhpFpm } from '../../src/demo/server/php-fpm.ts';
import { ended, type Project, project } from '../cli/kit.ts';
import { until } from '../kit/until.ts';
import { commit, type Lifetime, workspace, write } from '../source/kit.ts';
import { keepAsking } from './load.ts';

const directory = workspace({ after });
let fpm: PhpFpm;
before(async () => {
  fpm = await startPhpFpm(findPhpFpm() ?? 'php-fpm', { directory: join(directory, 'fpm'), workers: 6 });
});
after(() => fpm[Symbol.asyncDispose]());

const entries = [
  ['by $realpath_root, by the swap alone', '$realpath_root', 'resolved'],
  ['by $document_root, by resetting opcache', '$document_root', 'link'],
] as const;

describe('a deployment to nginx and PHP-FPM under load', () => {
  for (const [how, names, scripts] of entries)
    it(`brings every request the new release, ${how}`, async (t) => {
      const { on, url, path } = await siteOn(t, { names, scripts });
      await deploy(on, 1);
      const load = keepAsking(url, 3);
      await deploy(on, 2);
      load.onlyFromNow('2');
      await load.answers(50);
      load.onlyFromNow(null);
      ended(await on.cutover('rollback', '--yes'), 0);
      load.onlyFromNow('1');
      await load.answers(50);
      const tally = await load.stop();
      assert.deepEqual(tally.complaints, []);
      assert.deepEqual(Object.keys(tally.pages).sort(), ['1', '2']);
      assert.deepEqual(leftOvers(path), []);
    });

  it('lets a long request end with the code that it began with: its release stays until then, and goes after', async (t) => {
    const { on, url, path } = await siteOn(t, { names: '$realpath_root', scripts: 'resolved', keep: 1 });
    const gate = join(path, 'gate');
    await deploy(on, 1, gate);
    const first = readlinkSync(join(path, 'current'));
    const long = fetch(`${url}/long.php`).then((response) => response.text());
    await until('the request has begun', () => existsSync(`${gate}.begun`));
    await deploy(on, 2, gate);
    await deploy(on, 3, gate);
    ended(await on.cutover('prune', '--yes'), 0);
    assert.ok(existsSync(join(path, first)), 'the release of the request stays');
    writeFileSync(gate, '');
    assert.equal((await long).trim(), '1 and 1');
    ended(await on.cutover('prune', '--yes'), 0);
    assert.ok(!existsSync(join(path, first)), 'and goes once the request has ended');
  });

  it('is refused before anything changes where the web server does not serve what lies in the release', async (t) => {
    const { on } = await siteOn(t, { names: '$realpath_root', scripts: 'resolved', root: 'elsewhere', within: '1s' });
    release(on, 1, '');
    const call = ended(await on.cutover('deploy', '--yes'), 1);
    assert.match(call.out, /status is 404, not 200/);
  });
});

interface SiteWish {
  readonly names: '$realpath_root' | '$document_root';
  readonly scripts: 'resolved' | 'link';
  readonly keep?: number;
  readonly root?: string;
  readonly within?: string;
}

async function siteOn(
  t: Lifetime,
  wish: SiteWish,
): Promise<{ readonly on: Project; readonly url: string; readonly path: string }> {
  const place = workspace(t);
  const path = join(place, 'shop');
  const root = join(path, wish.root ?? 'current/public');
  mkdirSync(path);
  const nginx = await startNginx(findNginx() ?? 'nginx', {
    directory: join(place, 'nginx'),
    site: phpSite({ root, socket: fpm.socket, names: wish.names }),
  });
  t.after(() => nginx[Symbol.asyncDispose]());
  const app = {
    url: nginx.url,
    fpm: { socket: fpm.socket, scripts: wish.scripts },
    proof: { within: wish.within ?? '20s' },
  };
  const config = { recipe: 'php', keep: wish.keep ?? 5, app };
  return { on: project(t, { hosts: { web: { path } }, config }), url: nginx.url, path };
}

async function deploy(on: Project, number: number, gate = ''): Promise<void> {
  release(on, number, gate);
  ended(await on.cutover('deploy', '--yes'), 0);
}

/** Five files, of which each page names the release that it is from. */
function release(on: Project, number: number, gate: string): void {
  const part = `<?php return '${number}';\n`;
  const parts = Array.from({ length: 4 }, (_, i) => [`lib/part${i}.php`, part]);
  const index = `<?php $parts = ['${number}']; for ($i = 0; $i < 4; $i++) $parts[] = require __DIR__."/../lib/part$i.php"; echo implode(' ', $parts);\n`;
  const long = `<?php touch('${gate}.begun'); while (!file_exists('${gate}')) { clearstatcache(); usleep(100000); echo ' '; flush(); } echo '${number} and ', require __DIR__.'/../lib/late.php';\n`;
  write(on.app, {
    ...Object.fromEntries(parts),
    'public/index.php': index,
    'public/long.php': long,
    'lib/late.php': part,
  });
  commit(on.app, `Release ${number}`);
}

/** What a deployment must take away again. */
function leftOvers(path: string): readonly string[] {
  return readdirSync(join(path, 'releases'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^\.?cutover-/.test(basename(file)),
  );
}
