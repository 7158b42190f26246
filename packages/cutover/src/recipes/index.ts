import { laravel, php, statamic, symfony, wordpress } from './php.ts';
import { nodeApplication, staticSite } from './plain.ts';

/** The recipes by the name that a config gives them. */
export const recipes = {
  static: staticSite,
  php,
  laravel,
  statamic,
  symfony,
  wordpress,
  node: nodeApplication,
} as const;
