import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { dependencies } from '../../src/model/dependencies.ts';
import { ScriptExit } from '../../src/model/failure.ts';
import { reuseMark } from '../../src/model/layout.ts';
import { noteReusable, reuse } from '../../src/plan/steps/reuse.ts';
import { task } from '../../src/plan/steps/task.ts';
import { recipes } from '../../src/recipes/index.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import type { Lifetime } from '../source/kit.ts';

const before = '20260301100000';
const vendor = { directory: 'lib/vendor', locks: ['lock'], tools: ['php', 'sh'] };

describe('a directory of dependencies', () => {
  for (const shell of shells)
    it(`is taken over as a copy while nothing has changed that it depends on (${shell.join(' ')})`, (t) => {
      const place = placeWithVendor(t, { shell });
      place.write({ [`releases/${placeRelease}/lock`]: '1' });
      assert.match(said(place, shell), /lib\/vendor is reused/);
      const [old, taken] = [before, placeRelease].map((name) =>
        join(place.path, 'releases', name, 'lib/vendor/a/b.php'),
      );
      assert.equal(readFileSync(taken ?? '', 'utf8'), 'content');
      assert.notEqual(statSync(taken ?? '').ino, statSync(old ?? '').ino);
      assert.ok(existsSync(join(place.path, reuseMark(placeRelease, 'lib/vendor'))));
      // What took it over can hand it on.
      assert.equal(place.run(noteReusable(place.job, place.site)[0]?.script ?? '', { shell }).status, 0);
      assert.ok(existsSync(join(place.path, '.cutover/releases', `${placeRelease}.reuse-lib%vendor`)));
    });

  it('that finds no room for its copy says so, and where', (t) => {
    let isMounted = false;
    const later: (() => unknown)[] = [];
    const place = placeWithVendor(
      { after: (end) => void later.push(end) },
      {
        first(path) {
          isMounted = isMemoryMounted(t, join(path, 'releases'), 'size=1m');
        },
        more: (path) => writeFileSync(join(path, 'releases', before, 'lib/vendor/large'), 'x'.repeat(700_000)),
      },
    );
    // What is mounted goes before the place is removed.
    for (const end of later) t.after(end);
    if (!isMounted) return;
    place.write({ [`releases/${placeRelease}/lock`]: '1' });
    const { status, said: all } = place.run(scriptOf(place));
    assert.equal(status, ScriptExit.noRoom, all);
    assert.match(all, /^No space is left on .*\/releases: \d+ KB of 1 MB are free\.$/m);
  });

  const changes: readonly (readonly [string, RegExp, (place: Place) => void])[] = [
    [
      'the lock file differs',
      /a lock file, a tool/,
      (place) => place.write({ [`releases/${placeRelease}/lock`]: '2' }),
    ],
    [
      'a package in it is copied from the project itself',
      /a package in it is copied from the project/,
      (place) => place.write({ [`releases/${placeRelease}/lock`]: '{"dist": {"type": "path", "url": "packages/a"}}' }),
    ],
    ['the lock file is missing', /a lock file is missing/, () => {}],
    ['nothing was noted', /nothing is noted/, (place) => place.write({ [noteOf(before)]: '' })],
    [
      'a file was edited in production and its time put back',
      /changed since it was made/,
      (place) => {
        const file = join(place.path, 'releases', before, 'lib/vendor/a/b.php');
        const { atime, mtime } = statSync(file);
        place.write({ [`releases/${before}/lib/vendor/a/b.php`]: 'CONTENT' });
        utimesSync(file, atime, mtime);
      },
    ],
    [
      'a file was added',
      /changed since it was made/,
      (place) => place.write({ [`releases/${before}/lib/vendor/new`]: '' }),
    ],
    [
      'the revision holds it',
      /the revision holds it/,
      (place) => place.write({ [`releases/${placeRelease}/lib/vendor/a`]: '' }),
    ],
  ];
  for (const [name, why, change] of changes)
    it(`is left to be installed when ${name}`, (t) => {
      const place = placeWithVendor(t);
      if (!name.startsWith('the lock')) place.write({ [`releases/${placeRelease}/lock`]: '1' });
      change(place);
      assert.match(said(place), why);
      assert.equal(existsSync(join(place.path, 'releases', placeRelease, 'lib/vendor/a/b.php')), false);
    });

  it('is left to be installed when a tool was replaced, or a link in it names its release', (t) => {
    const more = (path: string) =>
      symlinkSync(join(path, 'releases', before), join(path, 'releases', before, 'lib/vendor/x'));
    const place = placeWithVendor(t, { more });
    place.write({ [`releases/${placeRelease}/lock`]: '1' });
    assert.match(said(place), /a link in it names its release/);
    const other = placeWithVendor(t);
    other.write({ [`releases/${placeRelease}/lock`]: '1', 'bin/php': '#!/bin/sh\n' });
    const env = { PATH: `${join(other.path, 'bin')}:${process.env['PATH']}` };
    const { said: why } = other.run(`chmod 755 ${JSON.stringify(join(other.path, 'bin/php'))}\n${scriptOf(other)}`, {
      env,
    });
    assert.match(why, /a lock file, a tool or the platform/);
  });
});

describe('the packages that a recipe installs', () => {
  for (const [name, wanted] of [
    ['composer', dependencies.vendor],
    ['npm', dependencies.node_modules],
  ] as const)
    it(`are taken over, after which ${name} has only to do what each release needs`, (t) => {
      const place = placeFor(t, hostWith([[before, 'live']]), {
        reuse: [wanted],
        routine: { ...recipes.laravel.routine, shield: {}, environment: {} },
      });
      place.write({
        'bin/composer': `#!/bin/sh\necho "composer $1" >> calls\nmkdir -p vendor; : > vendor/autoload.php\n`,
        'bin/npm': `#!/bin/sh\necho "npm $*" >> calls\nmkdir -p node_modules; : > node_modules/a\n`,
      });
      const calls = (release: string): string => {
        place.write(Object.fromEntries(inputs.map((file) => [`releases/${release}/${file}`, file])));
        const job = { ...place.job, release };
        const steps = [
          ...reuse(job, place.site),
          ...job.wish.settings.routine.tasks
            .filter(({ reuses }) => reuses === wanted)
            .map((one) => task(job, place.site, one)),
          ...noteReusable(job, place.site),
        ];
        const env = { PATH: `${join(place.path, 'bin')}:${process.env['PATH']}` };
        const first = `chmod 755 '${place.path.replaceAll("'", `'\\''`)}/bin/'*`;
        for (const { script } of steps) {
          const { status, said: why } = place.run(script, { env, first });
          assert.equal(status, 0, why);
        }
        return readFileSync(join(place.path, 'releases', release, 'calls'), 'utf8');
      };
      assert.equal(calls(before), name === 'npm' ? 'npm ci\nnpm run build\n' : 'composer install\n');
      assert.equal(calls(placeRelease), name === 'npm' ? 'npm run build\n' : 'composer install\n');
      assert.ok(existsSync(join(place.path, reuseMark(placeRelease, wanted.directory))));
    });
});

const inputs = ['composer.json', 'composer.lock', 'package.json', 'package-lock.json', 'vite.config.js'];

interface Parts {
  /** Done to the empty place. */
  readonly first?: (path: string) => void;
  readonly more?: (path: string) => void;
  readonly shell?: readonly [string, ...string[]];
}

/** A release in service with its dependencies, noted as its own deployment did it. */
function placeWithVendor(t: Lifetime, { first, more, shell }: Parts = {}): Place {
  const place = placeFor(t, hostWith([[before, 'live']]), { reuse: [vendor] });
  first?.(place.path);
  place.write({ [`releases/${before}/lib/vendor/a/b.php`]: 'content', [`releases/${before}/lock`]: '1' });
  mkdirSync(join(place.path, 'releases', before, 'lib/vendor/empty'));
  more?.(place.path);
  const note = noteReusable({ ...place.job, release: before }, place.site)[0];
  const { status, said: why } = place.run(note?.script ?? '', shell ? { shell } : {});
  assert.equal(status, 0, why);
  return place;
}

function scriptOf(place: Place): string {
  return reuse(place.job, place.site)[0]?.script ?? '';
}

function said(place: Place, shell = shells[0]): string {
  const { status, said: all } = place.run(scriptOf(place), shell ? { shell } : {});
  assert.equal(status, 0, all);
  return all;
}

function noteOf(release: string): string {
  return `.cutover/releases/${release}.reuse-lib%vendor`;
}
