import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findPhpFpm, type PhpFpm, startPhpFpm } from '../../src/demo/server/php-fpm.ts';
import type { Fpm, PhpApp } from '../../src/model/app.ts';
import type { Settings } from '../../src/model/settings.ts';
import { activate, arm } from '../../src/plan/steps/activate.ts';
import { readyRecord } from '../../src/plan/steps/create.ts';
import { askInactive } from '../../src/plan/steps/fpm/ask.ts';
import { settle } from '../../src/plan/steps/fpm/settle.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { until } from '../kit/until.ts';
import { type Lifetime, workspace } from '../source/kit.ts';

const served = '20260304100000';
const directory = workspace({ after });
let fpm: PhpFpm;
before(async () => {
  // A small opcache, so that a release of some files fills it.
  fpm = await startPhpFpm(findPhpFpm() ?? 'php-fpm', { directory, ini: ['opcache.max_accelerated_files=200'] });
});
after(() => fpm[Symbol.asyncDispose]());

describe('asking a release through PHP-FPM', () => {
  for (const shell of shells)
    it(`warms what the release in service holds in opcache, however young the files are, in ${shell[0]}`, (t) => {
      const place = placeWith(t);
      assert.equal(asked(place), 'old');
      const { status, said } = place.run(askOf(place), { shell });
      assert.equal(status, 0, said);
      assert.match(
        said,
        /Opcache holds 2 files of it\.\n\/ was answered with 200\.\n\/up\?x=1 was answered with 200\./,
      );
      assert.deepEqual(readdirSync(join(place.path, 'releases', placeRelease)).sort(), ['public']);
    });

  it('refuses a release that answers with a server error, and shows what it said', (t) => {
    const place = placeWith(t);
    place.write({
      [`releases/${placeRelease}/public/index.php`]: '<?php http_response_code(503); echo "No database.";',
    });
    const { status, said } = place.run(askOf(place));
    assert.equal(status, 78, said);
    assert.match(said, /The release answers \/ with 503:\nNo database\./);
    // The file of `artisan down` lies in shared storage: the release in service answers so too.
    place.write({ [`releases/${placeRelease}/storage/framework/down`]: '{}' });
    const down = place.run(askOf(place));
    assert.equal(down.status, 0, down.said);
    assert.match(down.said, /down for maintenance: it answers \/ with 503\./);
  });

  it('refuses where nobody listens, and says where', (t) => {
    const place = placeWith(t, { socket: '/nowhere/fpm.sock' });
    const { status, said } = place.run(askOf(place));
    assert.equal(status, 78);
    assert.match(said, /PHP-FPM cannot be asked at \/nowhere\/fpm\.sock: No such file or directory\./);
  });

  it('needs no php on the host where cgi-fcgi is', (t) => {
    const place = placeWith(t, {}, { php: 'no-such-php' });
    const { status, said } = place.run(askOf(place));
    assert.equal(status, 0, said);
    assert.match(said, /\/ was answered with 200\./);
  });

  it('is not part of the plan where the config names no pool', (t) => {
    const place = placeFor(t, hostWith([[served, 'live']]), { app: { ...appOf({}), fpm: null } });
    assert.deepEqual([askInactive(place.job, place.site), settle(place.job, place.site)], [null, null]);
  });

  it('resets an opcache that has no room for one release more, behind the swap, and warms again', (t) => {
    const place = placeWith(t);
    const many = Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`lib${i}.php`, `<?php return ${i};`]));
    const index = '<?php foreach (glob(__DIR__."/lib*.php") as $file) require $file; echo "many";';
    for (const release of [served, placeRelease])
      for (const [name, text] of Object.entries({ ...many, 'index.php': index }))
        place.write({ [`releases/${release}/public/${name}`]: text });
    grownOld(place, served);
    assert.equal(asked(place), 'many');
    assert.match(
      place.run(askOf(place)).said,
      /Opcache has no room for one release more: it is reset after the swap\./,
    );
    swap(place);
    assert.match(place.run(settleOf(place)).said, /Opcache was reset and holds 8\d files of the release\./);
    assert.equal(place.run(settleOf(place)).said, '');
  });
});

describe('PHP behind the link', () => {
  it('serves the old release after a swap, until opcache is reset; taking the swap back brings the old one again', (t) => {
    const place = placeWith(t, { scripts: 'link' });
    for (let i = 0; i < 8; i++) assert.equal(asked(place), 'old');
    swap(place);
    assert.equal(asked(place), 'old', 'this is what the reset is for');
    const { status, said } = place.run(settleOf(place));
    assert.equal(status, 0, said);
    for (let i = 0; i < 8; i++) assert.equal(asked(place), 'new');
    const { undo } = activate(place.job, place.site, readyRecord(place.job));
    const undone = place.run(undo.kind === 'step' ? undo.script : '');
    assert.equal(undone.status, 0, undone.said);
    for (let i = 0; i < 8; i++) assert.equal(asked(place), 'old');
  });

  it('gets the old release again as well where the host goes back by itself, because nobody confirmed', async (t) => {
    const confirmation = { withinMs: 5000, onLost: 'revert', lostAfterMs: 180_000 } as const;
    const place = placeWith(t, { scripts: 'link' }, { confirmation });
    // The pool runs the new release before the guard is armed: nothing here must be done within the time that the guard leaves.
    swap(place);
    assert.equal(place.run(settleOf(place)).status, 0);
    assert.equal(asked(place), 'new');
    for (const step of [arm, activate]) {
      const { status, said } = place.run(step(place.job, place.site, readyRecord(place.job)).script);
      assert.equal(status, 0, said);
    }
    const outcome = join(place.path, '.cutover/runs/test-1/guard/outcome');
    await until('it went back', () => existsSync(outcome));
    for (let i = 0; i < 8; i++) assert.equal(asked(place), 'old');
  });
});

function placeWith(t: Lifetime, more: Partial<Fpm> = {}, settings: Partial<Settings> = {}): Place {
  const place = placeFor(t, hostWith([[served, 'live']]), { app: appOf(more), ...settings });
  for (const [release, name] of [
    [served, 'old'],
    [placeRelease, 'new'],
  ])
    place.write({
      [`releases/${release}/public/index.php`]: '<?php require __DIR__."/lib.php"; echo name();',
      [`releases/${release}/public/lib.php`]: `<?php function name() { return "${name}"; }`,
    });
  grownOld(place, served);
  symlinkSync(`releases/${served}`, join(place.path, 'current'));
  return place;
}

function appOf(more: Partial<Fpm>): PhpApp {
  const pool: Fpm = { socket: fpm.socket, scripts: 'resolved', ask: ['/', '/up?x=1'], reload: null, ...more };
  return {
    kind: 'php',
    root: 'public',
    roles: [],
    entry: 'public/index.php',
    url: 'https://shop.example',
    proof: null,
    fpm: pool,
  };
}

/** Opcache takes nothing in that was made within the last two seconds. */
function grownOld(place: Place, release: string): void {
  const directory = join(place.path, 'releases', release, 'public');
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1_700_000_000, 1_700_000_000);
}

function askOf(place: Place): string {
  return askInactive(place.job, place.site)?.script ?? '';
}

function settleOf(place: Place): string {
  return settle(place.job, place.site)?.script ?? '';
}

function swap(place: Place): void {
  rmSync(join(place.path, 'current'));
  symlinkSync(`releases/${placeRelease}`, join(place.path, 'current'));
}

/** What a visitor gets whose web server names scripts as the config says. */
function asked(place: Place): string {
  const { app } = place.job.wish.settings;
  const isLink = app.kind === 'php' && app.fpm?.scripts === 'link';
  const root = join(isLink ? join(place.path, 'current') : realpathSync(join(place.path, 'current')), 'public');
  const env = {
    SCRIPT_FILENAME: join(root, 'index.php'),
    DOCUMENT_ROOT: root,
    REQUEST_METHOD: 'GET',
    REQUEST_URI: '/',
  };
  const answer = execFileSync('cgi-fcgi', ['-bind', '-connect', fpm.socket], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  });
  return answer.split('\r\n\r\n')[1]?.trim() ?? '';
}
