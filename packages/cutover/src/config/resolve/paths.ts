import type { z } from 'zod';
import type { Layout, SharedPath, Writable } from '../../model/settings.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { Path, Tell } from '../problem.ts';
import type { shared as sharedSchema, writable as writableSchema } from '../schema/paths.ts';
import { listed, quoted } from '../suggest.ts';

type RecipePaths = Pick<Recipe, 'shared' | 'writable' | 'assets'> & {
  /** The directories of a content repository, which go before those of the recipe. */
  readonly content: readonly SharedPath[];
};

/** What the config says of paths. */
export interface WrittenPaths {
  readonly shared: z.output<typeof sharedSchema>;
  readonly writable: z.output<typeof writableSchema>;
  readonly assets: readonly string[];
  readonly without: readonly string[];
  readonly layout: Layout;
}

/** A stage's shared, writable and asset paths: the recipe's and then the config's own. */
export function resolvePaths(recipe: RecipePaths, written: WrittenPaths, tell: Tell) {
  const isWanted = (path: string) => !written.without.some((left) => isWithin(path, left));
  const own = ownShared(written.shared);
  const ownFirst = [...own, ...recipe.content.map((entry): Entry => ({ entry, path: ['content', 'paths'] }))];
  const shared = [
    ...recipe.shared
      .filter(({ from }) => isWanted(from) && !ownFirst.some(({ entry }) => isWithin(from, entry.from)))
      .map((entry) => ({ entry, path: [] as Path })),
    ...ownFirst,
  ];
  tellUnknownWithout(recipe, written.without, tell);
  tellSharedFaults(shared, written.layout, tell);
  const assets = unique([...recipe.assets.filter(isWanted), ...written.assets]);
  tellAssetFaults(
    written.assets,
    shared.map(({ entry }) => entry),
    tell,
  );
  return {
    shared: shared.map(({ entry }) => entry),
    writable: resolveWritable(recipe.writable.filter(isWanted), written.writable, tell),
    assets,
  };
}

interface Entry {
  readonly entry: SharedPath;
  /** Empty for one of the recipe's. */
  readonly path: Path;
}

function ownShared({ directories, files }: WrittenPaths['shared']): Entry[] {
  return [
    ...directories.map(
      (entry, i): Entry => ({
        entry: { type: 'directory', ...entry, required: false },
        path: ['shared', 'directories', i],
      }),
    ),
    ...files.map((entry, i): Entry => ({ entry: { type: 'file', ...entry }, path: ['shared', 'files', i] })),
  ];
}

function tellUnknownWithout({ shared, writable, assets }: RecipePaths, without: readonly string[], tell: Tell): void {
  const known = unique([...shared.map(({ from }) => from), ...writable, ...assets]);
  without.forEach((path, i) => {
    if (known.some((one) => isWithin(one, path))) return;
    tell(
      ['without', i],
      `The recipe proposes no path ${quoted(path)}.`,
      known.length > 0 ? `It proposes ${listed(known)}.` : 'It proposes none.',
    );
  });
}

function tellSharedFaults(entries: readonly Entry[], layout: Layout, tell: Tell): void {
  entries.forEach((one, i) => {
    if (layout === 'envoyer' && reserved.includes(one.entry.to.split('/')[0] ?? '')) {
      tell(
        one.path,
        `${quoted(one.entry.to)} is Cutover's own place in the deploy path.`,
        'Choose another "to", or the layout "shared".',
      );
    }
    entries.slice(0, i).some((other) => hasConflict(other.entry, one, tell));
  });
}

const reserved = ['current', 'releases', '.cutover'];

/** Whether two shared paths get in each other's way, which is then told. */
function hasConflict(before: SharedPath, { entry, path }: Entry, tell: Tell): boolean {
  const conflict = conflictOf(before, entry);
  if (conflict !== null) tell(path, conflict, 'Share one of them only.');
  return conflict !== null;
}

function conflictOf(before: SharedPath, entry: SharedPath): string | null {
  if (entry.from === before.from) return `${quoted(entry.from)} is shared twice.`;
  const [outer, inner] = isInside(entry.from, before.from) ? [before, entry] : [entry, before];
  if (isInside(inner.from, outer.from))
    return `${quoted(inner.from)} lies inside ${quoted(outer.from)}, which is shared as a whole.`;
  const isOtherType = entry.to === before.to && entry.type !== before.type;
  const isBelowFile =
    (before.type === 'file' && isInside(entry.to, before.to)) ||
    (entry.type === 'file' && isInside(before.to, entry.to));
  if (!isOtherType && !isBelowFile) return null;
  return `${quoted(entry.to)} cannot be kept beside ${quoted(before.to)}: one of them is a file.`;
}

function tellAssetFaults(assets: readonly string[], shared: readonly SharedPath[], tell: Tell): void {
  assets.forEach((asset, i) => {
    const entry = shared.find(({ from }) => from === asset || isInside(asset, from) || isInside(from, asset));
    if (entry !== undefined) {
      tell(
        ['assets', i],
        `${quoted(asset)} overlaps the shared path ${quoted(entry.from)}.`,
        'What is shared outlives a release anyway: name only what each release has for itself.',
      );
    }
  });
}

function resolveWritable(
  recipe: readonly string[],
  { paths, way, user, group }: WrittenPaths['writable'],
  tell: Tell,
): Writable {
  if (way === 'acl' && user === undefined)
    tell(['writable', 'way'], 'The way "acl" needs a user.', 'Set "writable.user", such as "www-data".');
  if (way === 'group' && group === undefined)
    tell(['writable', 'way'], 'The way "group" needs a group.', 'Set "writable.group", such as "www-data".');
  return { paths: unique([...recipe, ...paths]), way, user: user ?? null, group: group ?? null };
}

function isInside(path: string, directory: string): boolean {
  return path.startsWith(`${directory}/`);
}

/** A path or one inside it: who shares a whole directory shares what the recipe names in it. */
function isWithin(path: string, directory: string): boolean {
  return path === directory || isInside(path, directory);
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}
