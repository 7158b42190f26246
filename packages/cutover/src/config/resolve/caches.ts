import type { z } from 'zod';
import type { Cache, RedisConnection } from '../../model/cache.ts';
import type { Isolation, SharedPath } from '../../model/settings.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { Tell } from '../problem.ts';
import type { cache as cacheSchema } from '../schema/caches.ts';
import { listed, quoted, suggestion } from '../suggest.ts';

type WrittenCache = z.output<typeof cacheSchema>;

/** What the config says of caches, and what stands beside it. */
export interface WrittenCaches {
  readonly caches: Readonly<Record<string, WrittenCache>>;
  readonly isolation?: Isolation | undefined;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A stage's isolated caches and the way in which a Laravel application's are kept apart. */
export function resolveCaches(
  recipe: Pick<Recipe, 'isolations' | 'name'>,
  written: WrittenCaches,
  { shared, tell }: { readonly shared: readonly SharedPath[]; readonly tell: Tell },
): { readonly caches: readonly Cache[]; readonly isolation: Isolation } {
  const caches = Object.entries(written.caches).map(([name, entry]) => oneCache(name, entry));
  for (const cache of caches) tellFaults(cache, { shared, secrets: Object.keys(written.secrets), tell });
  return { caches, isolation: isolationOf(recipe, written.isolation, tell) };
}

function isolationOf(
  { isolations, name }: Pick<Recipe, 'isolations' | 'name'>,
  wanted: Isolation | undefined,
  tell: Tell,
): Isolation {
  const usual = isolations[0] ?? 'off';
  if (wanted === undefined || wanted === 'off' || isolations.includes(wanted)) return wanted ?? usual;
  tell(
    ['isolation'],
    `The recipe ${quoted(name)} cannot isolate ${quoted(wanted)}.`,
    isolations.length > 1 ? `It knows ${listed(isolations)}.` : 'Declare what it caches in "caches".',
  );
  return usual;
}

function oneCache(name: string, written: WrittenCache): Cache {
  const { warm = null, refresh = null, verify = null } = written;
  const common = { name, warm, refresh, verify };
  switch (written.type) {
    case 'file':
      return { kind: 'file', path: written.path, ...common };
    case 'redis':
      return { kind: 'redis', connection: connectionOf(written.connection), prefix: written.prefix, ...common };
    case 'database':
      return {
        kind: 'database',
        connection: written.connection ?? null,
        table: written.table,
        prefix: written.prefix,
        ...common,
      };
  }
}

function connectionOf(written: Extract<WrittenCache, { type: 'redis' }>['connection']): RedisConnection {
  if ('application' in written) return { kind: 'application', name: written.application };
  const { urls, topology, master = null, password = null } = written;
  return { kind: 'server', urls, topology, master, password };
}

interface Beside {
  readonly shared: readonly SharedPath[];
  readonly secrets: readonly string[];
  readonly tell: Tell;
}

function tellFaults(cache: Cache, { shared, secrets, tell }: Beside): void {
  if (cache.kind === 'file') {
    const around = shared.find(({ from }) => cache.path === from || cache.path.startsWith(`${from}/`));
    if (around !== undefined)
      tell(
        ['caches', cache.name, 'path'],
        `${quoted(cache.path)} lies in the shared path ${quoted(around.from)}: all releases would have it together.`,
        'Choose a path outside it, such as "cache".',
      );
  }
  if (cache.kind !== 'redis' || cache.connection.kind !== 'server') return;
  const { topology, master, password } = cache.connection;
  if (topology === 'sentinel' && master === null)
    tell(
      ['caches', cache.name, 'connection'],
      'Sentinels need the name of the master.',
      'Set "master", such as "mymaster".',
    );
  if (password !== null && !secrets.includes(password))
    tell(
      ['caches', cache.name, 'connection', 'password'],
      `There is no secret ${quoted(password)}.`,
      suggestion(password, secrets) ?? 'Add it to "secrets".',
    );
}
