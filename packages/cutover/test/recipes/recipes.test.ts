import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { recipeNames } from '../../src/config/schema/settings.ts';
import { recipes } from '../../src/recipes/index.ts';
import type { ProposedCommand, Recipe } from '../../src/recipes/recipe.ts';
import { type Listing, recognise } from '../../src/recipes/recognise.ts';
import { problemsOf } from '../config/kit.ts';

describe('recipes', () => {
  it('are those that a config can name', () => {
    assert.deepEqual(Object.keys(recipes).sort(), [...recipeNames].sort());
    for (const [name, recipe] of Object.entries(recipes)) assert.equal(recipe.name, name);
  });

  for (const recipe of Object.values<Recipe>(recipes)) {
    it(`${recipe.name} is sound by the rules that a config must keep, and so are its hooks`, () => {
      const hooks = Object.fromEntries(
        Object.entries<readonly ProposedCommand[]>({ ...recipe.proposes }).map(([point, commands]) => [
          point,
          commands.map(({ run, once }) => ({ run, once })),
        ]),
      );
      const config = { project: 'x', path: '/x', recipe: recipe.name, hooks, stages: { p: { hosts: { a: {} } } } };
      assert.deepEqual(problemsOf(config), []);
    });

    it(`${recipe.name} never shares bootstrap/cache or var/cache, whose files hold paths of a release`, () => {
      const shared = recipe.shared.map(({ from }) => from);
      assert.ok(!shared.some((path) => /^(?:bootstrap|var)(?:\/cache)?$/.test(path)), shared.join());
    });
  }

  it('of Laravel share storage as a whole, and Statamic all of it but what is true of one release', () => {
    const from = ({ shared }: Recipe) => shared.map((path) => path.from);
    assert.deepEqual(from(recipes.laravel), ['storage', '.env', 'database/database.sqlite']);
    for (const own of recipes.statamic.routine.own)
      assert.ok(!from(recipes.statamic).some((path) => own === path || own.startsWith(`${path}/`)), own);
  });

  for (const { name, routine } of Object.values<Recipe>(recipes)) {
    it(`${name} calls each of its tasks by a name of its own`, () => {
      const names = routine.tasks.map((task) => task.name);
      assert.deepEqual(names, [...new Set(names)]);
    });
  }
});

function listing(files: readonly string[], composer: object | null = null, manifest: object | null = null): Listing {
  return { files, composer, package: manifest };
}

describe('an application is recognised', () => {
  const laravel = { require: { 'laravel/framework': '^12.0' } };
  const cases: readonly {
    readonly says: string;
    readonly listing: Listing;
    readonly recipe: string;
    readonly evidence: readonly string[];
  }[] = [
    {
      says: 'nothing at all',
      listing: listing([]),
      recipe: 'static',
      evidence: ['nothing that another recipe is known by'],
    },
    {
      says: 'Laravel by its package',
      listing: listing(['composer.json', 'artisan'], laravel),
      recipe: 'laravel',
      evidence: ['composer.json requires laravel/framework'],
    },
    {
      says: 'Laravel by its files',
      listing: listing(['artisan', 'bootstrap/app.php']),
      recipe: 'laravel',
      evidence: ['artisan', 'bootstrap/app.php'],
    },
    {
      says: 'Statamic before Laravel',
      listing: listing([], { require: { ...laravel.require, 'statamic/cms': '^6.0' } }),
      recipe: 'statamic',
      evidence: ['composer.json requires statamic/cms'],
    },
    {
      says: 'Symfony',
      listing: listing([], { require: { 'symfony/framework-bundle': '*' } }),
      recipe: 'symfony',
      evidence: ['composer.json requires symfony/framework-bundle'],
    },
    {
      says: 'WordPress',
      listing: listing(['wp-content/', 'wp-includes/', 'index.php']),
      recipe: 'wordpress',
      evidence: ['wp-content/', 'wp-includes/'],
    },
    {
      says: 'PHP with Composer',
      listing: listing(['composer.json'], { require: {} }),
      recipe: 'php',
      evidence: ['composer.json'],
    },
    { says: 'plain PHP', listing: listing(['public/index.php']), recipe: 'php', evidence: ['public/index.php'] },
    {
      says: 'Node by its start script',
      listing: listing(['package.json'], null, { scripts: { start: 'node .' } }),
      recipe: 'node',
      evidence: ['package.json has a start script'],
    },
    {
      says: 'a Node server by what it is made with, where it can be seen what to run',
      listing: listing(['package.json', 'src/server.js'], null, { dependencies: { fastify: '5' } }),
      recipe: 'node',
      evidence: ['package.json requires fastify', 'src/server.js'],
    },
    {
      says: 'a static site although something of a server is among its dependencies',
      listing: listing(['package.json'], null, { dependencies: { express: '5' }, scripts: { build: 'vite build' } }),
      recipe: 'static',
      evidence: ['nothing that another recipe is known by'],
    },
    {
      says: 'a static site that Node builds',
      listing: listing(['package.json'], null, { scripts: { build: 'vite build' } }),
      recipe: 'static',
      evidence: ['nothing that another recipe is known by'],
    },
    {
      says: 'a composer.json of nonsense',
      listing: listing(['composer.json'], { require: 'laravel/framework' }),
      recipe: 'php',
      evidence: ['composer.json'],
    },
  ];
  for (const { says, listing: files, recipe, evidence } of cases) {
    it(says, () => {
      const found = recognise(files);
      assert.deepEqual([found.recipe, found.evidence], [recipe, evidence]);
    });
  }

  it('and what runs a Node application is written out where npm only runs node', () => {
    const run = (start: string) => recognise(listing(['package.json'], null, { scripts: { start } })).run;
    assert.deepEqual(['node --enable-source-maps dist/main.js', 'NODE_ENV=x node a.js', 'next start'].map(run), [
      'node --enable-source-maps dist/main.js',
      'npm start',
      'npm start',
    ]);
    assert.equal(recognise(listing(['server.js'], null, { dependencies: { koa: '3' } })).run, 'node server.js');
    assert.equal(recognise(listing(['index.php'])).run, null);
  });

  it('and only commands that fit what is there are proposed', () => {
    const built = (files: readonly string[]) =>
      recognise(listing(files, null, { scripts: { start: 'x' } })).proposes.build;
    assert.deepEqual(
      built(['package.json', 'pnpm-lock.yaml']).map(({ run }) => run),
      ['pnpm install --frozen-lockfile'],
    );
    assert.deepEqual(built(['package.json']), []);
  });
});
