import { posix } from 'node:path/posix';
import type { z } from 'zod';
import type { App, Fpm, Proof } from '../../model/app.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { Tell } from '../problem.ts';
import type { app as appSchema } from '../schema/app.ts';

type Written = z.output<typeof appSchema>;

/** How the application is served: what the config says over what the recipe knows. */
export function resolveApp(recipe: Recipe, written: Written, tell: Tell): App {
  const kind = kindOf(recipe, written);
  const served = { roles: written.roles, url: written.url ?? null, proof: proofOf(written) };
  tellUseless(kind, written, tell);
  if (kind !== 'php') return { kind, root: written.root ?? recipe.app.root, ...served };
  const entry = written.entry ?? recipe.app.entry ?? 'index.php';
  return { kind, root: written.root ?? directoryOf(entry), entry, fpm: fpmOf(written.fpm), ...served };
}

/** Whoever says how a process runs has one. */
export function kindOf(recipe: Recipe, { kind, process }: Written): App['kind'] {
  return kind ?? (process === undefined ? recipe.app.kind : 'process');
}

function tellUseless(kind: App['kind'], written: Written, tell: Tell): void {
  if (kind !== 'process' && written.process !== undefined)
    tell(
      ['app', 'process'],
      `This is only for the kind "process", and the application is of the kind "${kind}".`,
      null,
    );
  if (kind === 'php') return;
  for (const key of ['fpm', 'entry'] as const)
    if (written[key] !== undefined)
      tell(['app', key], `This is only for the kind "php", and the application is of the kind "${kind}".`, null);
}

function directoryOf(entry: string): string | null {
  const directory = posix.dirname(entry);
  return directory === '.' ? null : directory;
}

function fpmOf(fpm: Written['fpm']): Fpm | null {
  return fpm === undefined ? null : { ...fpm, reload: fpm.reload ?? null };
}

function proofOf({ url, proof }: Written): Proof | null {
  if (url === undefined || proof === false) return null;
  return { url, resolve: proof.resolve, header: proof.header ?? null, withinMs: proof.within };
}
