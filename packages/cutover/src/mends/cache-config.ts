import { type Edit, edited, withEntry, withValue } from './edit.ts';
import { isOfRelease, type Mended, type MendWish, untouched } from './mend.ts';
import { codeOf, entryAt, literalOf, type PhpArray, type PhpEntry, parseConfig, variableOf } from './php-array.ts';

/** The default store, as far as the config and the known variables tell. */
export interface DefaultStore {
  readonly name: string;
  readonly driver: string;
  /** Its Redis connection. */
  readonly connection: string | null;
}

/** `config/cache.php` with a store for the Stache alone; all others stay as they are. */
export function withStacheStore(text: string): Mended {
  const root = parseConfig(text);
  const stores = entryAt(root, 'stores')?.array;
  if (!stores) return untouched(text, `It has no list of stores that can be read. Add: ${stacheText}`);
  const own = entryAt(stores, 'stache');
  if (own === null) {
    const store = [
      ['driver', "'file'"],
      ['path', "base_path('cache/stache')"],
    ] as const;
    return { after: edited(text, [withEntry(text, stores, ['stache', store])]), left: [] };
  }
  if (isOfRelease(codeOf(text, own))) return untouched(text);
  return untouched(
    text,
    `It has a store "stache" of its own making already. Each release must have it for itself: ${stacheText}`,
  );
}

const stacheText = "'stache' => ['driver' => 'file', 'path' => base_path('cache/stache')],";

/** `config/cache.php` with the whole default store apart, and what must stay shared in a store beside it. */
export function withOwnStore(text: string, wish: MendWish): Mended {
  const root = parseConfig(text);
  const stores = entryAt(root, 'stores')?.array;
  const found = defaultStore(text, wish);
  if (!root || !stores || found === null)
    return untouched(text, 'Its default store cannot be read: it is written in a way that is not known.');
  const store = entryAt(stores, found.name);
  if (!store?.array) return untouched(text, `Its default store is "${found.name}", which stands not among its stores.`);
  switch (found.driver) {
    case 'file':
      return fileStore(text, { root, stores, store: store.array });
    case 'redis':
      return redisStore(text, { root, stores, store: store.array, connection: found.connection ?? 'default' });
    default:
      return untouched(
        text,
        `Its default store has the driver "${found.driver}": only files and Redis can be mended. Isolate the Stache alone, or change the driver.`,
      );
  }
}

/** Reads the default store; null where it is written in another way than is known. */
export function defaultStore(text: string, { variables }: MendWish): DefaultStore | null {
  const root = parseConfig(text);
  const value = (entry: PhpEntry | null): string | null => {
    if (entry === null) return null;
    const code = codeOf(text, entry);
    return variables.get(variableOf(code) ?? '') ?? literalOf(code);
  };
  const name = value(entryAt(root, 'default'));
  const driver = name === null ? null : value(entryAt(root, 'stores', name, 'driver'));
  if (name === null || driver === null) return null;
  return { name, driver, connection: value(entryAt(root, 'stores', name, 'connection')) };
}

interface Parts {
  readonly root: PhpArray;
  readonly stores: PhpArray;
  readonly store: PhpArray;
}

function fileStore(text: string, { root, stores, store }: Parts): Mended {
  const path = entryAt(store, 'path');
  if (path === null)
    return untouched(text, "Its default store has no path. Give it one: 'path' => base_path('cache'),");
  const locks = entryAt(store, 'lock_path');
  const edits = [
    isOfRelease(codeOf(text, path)) ? null : withValue(path, "base_path('cache')"),
    locks && isOfReleaseOrSame(text, locks, path) ? withValue(locks, "storage_path('framework/cache/locks')") : null,
    ...limiter(text, { root, stores }, [
      ['driver', "'file'"],
      ['path', "storage_path('framework/cache/data')"],
    ]),
  ];
  return {
    after: edited(
      text,
      edits.filter((edit) => edit !== null),
    ),
    left: [],
  };
}

/** Locks beside the entries would be each release's own: the same lock could be held twice. */
function isOfReleaseOrSame(text: string, locks: PhpEntry, path: PhpEntry): boolean {
  return isOfRelease(codeOf(text, locks)) || codeOf(text, locks) === codeOf(text, path);
}

function redisStore(
  text: string,
  { root, stores, store, connection }: Parts & { readonly connection: string },
): Mended {
  if (connection === 'default') return untouched(text, sharedConnection);
  const locks = entryAt(store, 'lock_connection');
  const isOwn = locks !== null && literalOf(codeOf(text, locks)) === connection;
  const edits = [
    locks === null ? withEntry(text, store, ['lock_connection', "'default'"]) : null,
    locks !== null && isOwn ? withValue(locks, "'default'") : null,
    ...limiter(text, { root, stores }, [
      ['driver', "'redis'"],
      ['connection', "'default'"],
    ]),
  ];
  return {
    after: edited(
      text,
      edits.filter((edit) => edit !== null),
    ),
    left: [],
  };
}

const sharedConnection =
  "Its default store uses the Redis connection \"default\", as sessions and queues do, which must stay shared. Give it a connection of its own: 'connection' => 'cache',";

/** Rate limits and throttles must outlive a release: they get a store beside the isolated one. */
function limiter(
  text: string,
  { root, stores }: Pick<Parts, 'root' | 'stores'>,
  store: readonly (readonly [string, string])[],
): readonly (Edit | null)[] {
  if (entryAt(root, 'limiter') !== null) return [];
  return [
    withEntry(text, root, ['limiter', "'shared'"]),
    entryAt(stores, 'shared') === null ? withEntry(text, stores, ['shared', store]) : null,
  ];
}
