import { isObject } from '../model/json.ts';
import { recipes } from './index.ts';
import type { Proposal, ProposedCommand, Recipe } from './recipe.ts';

/** What is in an application's directory. */
export interface Listing {
  /** Paths of files, and of directories with a trailing `/`, relative to the directory; two levels are enough. */
  readonly files: readonly string[];
  /** The parsed composer.json and package.json; null where there is none or it could not be read. */
  readonly composer: unknown;
  readonly package: unknown;
}

/** What an application was taken for. */
export interface Recognised {
  readonly recipe: keyof typeof recipes;
  /** What was seen, as phrases: `composer.json requires laravel/framework`. */
  readonly evidence: readonly string[];
  /** Hooks that fit what is there. */
  readonly proposes: Proposal;
  /** What runs the process that serves requests; null where none does. */
  readonly run: string | null;
}

/** Takes an application for what its files say; for a static site when they say nothing. */
export function recognise(listing: Listing): Recognised {
  for (const sign of signs) {
    const evidence = sign.seenIn(listing);
    if (evidence.length > 0) return recognised(sign.recipe, evidence, listing);
  }
  return recognised('static', ['nothing that another recipe is known by'], listing);
}

interface Sign {
  readonly recipe: Recognised['recipe'];
  readonly seenIn: (listing: Listing) => readonly string[];
}

/** The particular before the general: a Statamic site is a Laravel application too. */
const signs: readonly Sign[] = [
  { recipe: 'statamic', seenIn: (listing) => requires(listing, 'statamic/cms') },
  { recipe: 'laravel', seenIn: (listing) => requires(listing, 'laravel/framework') },
  { recipe: 'laravel', seenIn: (listing) => hasAll(listing, ['artisan', 'bootstrap/app.php']) },
  { recipe: 'symfony', seenIn: (listing) => requires(listing, 'symfony/framework-bundle') },
  { recipe: 'symfony', seenIn: (listing) => hasAll(listing, ['bin/console', 'config/bundles.php']) },
  { recipe: 'wordpress', seenIn: (listing) => hasAll(listing, ['wp-content/', 'wp-includes/']) },
  { recipe: 'php', seenIn: (listing) => hasAll(listing, ['composer.json']) },
  { recipe: 'php', seenIn: ({ files }) => files.filter((file) => /^(?:public\/|web\/)?index\.php$/.test(file)) },
  { recipe: 'node', seenIn: ({ package: manifest }) => startScript(manifest) },
  { recipe: 'node', seenIn: serverByItself },
];

function requires({ composer }: Listing, name: string): readonly string[] {
  const required = field(composer, 'require');
  return field(required, name) === undefined ? [] : [`composer.json requires ${name}`];
}

function hasAll({ files }: Listing, wanted: readonly string[]): readonly string[] {
  return wanted.every((file) => files.includes(file)) ? wanted : [];
}

/** A package.json alone may only build a static site; one that starts something is an application. */
function startScript(manifest: unknown): readonly string[] {
  return field(field(manifest, 'scripts'), 'start') === undefined ? [] : ['package.json has a start script'];
}

const servers = ['express', 'fastify', 'koa', '@hapi/hapi', 'hono', '@nestjs/core', 'polka', 'socket.io'];

/** Without a start script a server is known by what it is made with, if it can be seen what to run. */
function serverByItself(listing: Listing): readonly string[] {
  const required = field(listing.package, 'dependencies');
  const name = servers.find((one) => field(required, one) !== undefined);
  const entry = entryOf(listing);
  return name === undefined || entry === null ? [] : [`package.json requires ${name}`, entry];
}

/** A process that npm stands before does not get every signal: a start script that only runs node is written out. */
function runOf({ app }: Recipe, listing: Listing): string | null {
  if (app.kind !== 'process') return null;
  const script = field(field(listing.package, 'scripts'), 'start');
  if (typeof script === 'string') return /^node(?: [\w./=-]+)+$/.test(script) ? script : app.start;
  const entry = entryOf(listing);
  return entry === null ? app.start : `node ${entry}`;
}

function entryOf({ files, package: manifest }: Listing): string | null {
  const main = field(manifest, 'main');
  const names = ['server.js', 'server.mjs', 'server.cjs', 'app.js', 'index.js', 'src/server.js', 'src/index.js'];
  const written = typeof main === 'string' && /^[\w./-]+$/.test(main) ? [main.replace(/^\.\//, '')] : [];
  return [...written, ...names].find((file) => files.includes(file)) ?? null;
}

function field(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function recognised(name: Recognised['recipe'], evidence: readonly string[], listing: Listing): Recognised {
  const recipe: Recipe = recipes[name];
  const { proposes } = recipe;
  const { files } = listing;
  const fitting = (commands: readonly ProposedCommand[]) =>
    commands.filter(({ needs }) => needs.every((file) => files.includes(file)));
  return {
    recipe: name,
    evidence,
    run: runOf(recipe, listing),
    proposes: {
      build: fitting(proposes.build),
      'before activate': fitting(proposes['before activate']),
      'after activate': fitting(proposes['after activate']),
    },
  };
}
