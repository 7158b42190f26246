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

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function recognised(name: Recognised['recipe'], evidence: readonly string[], { files }: Listing): Recognised {
  const { proposes }: Recipe = recipes[name];
  const fitting = (commands: readonly ProposedCommand[]) =>
    commands.filter(({ needs }) => needs.every((file) => files.includes(file)));
  return {
    recipe: name,
    evidence,
    proposes: {
      build: fitting(proposes.build),
      'before activate': fitting(proposes['before activate']),
      'after activate': fitting(proposes['after activate']),
    },
  };
}
