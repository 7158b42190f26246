import { defaultStore, withOwnStore, withStacheStore } from './cache-config.ts';
import type { Change, Files, Left, Mended, MendWish } from './mend.ts';
import { withCacheStore, withConnectionPrefix, withVariable } from './other-configs.ts';

/** The files that mending looks at; the last one is what `cutover env push` sends. */
export const mendable = (stage: string): readonly string[] => [...Object.values(paths), `.env.${stage}`];

const paths = {
  cache: 'config/cache.php',
  database: 'config/database.php',
  stache: 'config/statamic/stache.php',
} as const;

/** What is to be changed in a Laravel application so that each release has its caches for itself, and what a person must do. */
export function mendApplication(
  files: Files,
  wish: MendWish,
): { readonly changes: readonly Change[]; readonly left: readonly Left[] } {
  const done = wish.isolation === 'off' ? [] : wish.isolation === 'stache' ? ofStache(files) : ofStore(files, wish);
  return {
    changes: done.flatMap(({ file, before, mended }) =>
      before === null || mended.after === before ? [] : [{ file, before, after: mended.after }],
    ),
    left: done.flatMap(({ file, mended }) => mended.left.map((advice) => ({ file, advice }))),
  };
}

interface Done {
  readonly file: string;
  readonly before: string | null;
  readonly mended: Mended;
}

function ofStache(files: Files): readonly Done[] {
  const stache = mend(files, paths.stache, withCacheStore);
  // A store that somebody else chose needs no second one beside it.
  return stache.mended.left.length > 0 && stache.before !== null
    ? [stache]
    : [mend(files, paths.cache, withStacheStore), stache];
}

function ofStore(files: Files, wish: MendWish): readonly Done[] {
  const cache = mend(files, paths.cache, (text) => withOwnStore(text, wish));
  const store = cache.before === null ? null : defaultStore(cache.before, wish);
  const { connection } = store ?? { connection: null };
  if (cache.mended.left.length > 0 || store?.driver !== 'redis' || connection === null) return [cache];
  const env = Object.keys(files).filter((file) => file.startsWith('.env') && files[file] !== null);
  return [
    cache,
    mend(files, paths.database, (text) => withConnectionPrefix(text, connection, wish)),
    ...env.map((file) =>
      mend(files, file, (text) => ({
        after: withVariable(text, 'SESSION_CONNECTION', [connection, 'default']),
        left: [],
      })),
    ),
  ];
}

function mend(files: Files, file: string, make: (text: string) => Mended): Done {
  const before = files[file] ?? null;
  if (before !== null) return { file, before, mended: make(before) };
  return { file, before, mended: { after: '', left: ['There is no such file here. Publish it first.'] } };
}
