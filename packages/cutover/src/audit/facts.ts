import { z } from 'zod';
import { jsonOf } from '../model/json.ts';

const text = z.string().nullable();
const flag = z.boolean().nullable();

const store = z.object({
  driver: text,
  path: text,
  inside: flag,
  lockPath: text,
  lockInside: flag,
  connection: text,
  lockConnection: text,
  table: text,
  prefix: text,
});

const connection = z.object({
  prefix: text,
  ownPrefix: z.boolean(),
  server: z.string(),
  database: z.number(),
  cluster: z.boolean(),
});

const statamic = z.object({
  version: text,
  stacheStore: text,
  locksInside: z.boolean(),
  searchInside: z.boolean(),
  git: z.object({
    enabled: z.boolean(),
    paths: z.array(z.object({ path: z.string(), linked: z.boolean(), inside: z.boolean() })),
  }),
  static: z.object({ driver: text, inside: flag }),
  glide: z.object({ cache: z.boolean(), imagesInside: flag, pathsInside: z.boolean() }),
  urlsInside: flag,
});

/** What a server said of itself; null where it does not let us ask. */
const looked = z.object({
  /** The cache, by the name of its store. */
  look: z.string(),
  /** What stands before its keys, with `<release>` for the name of the release. */
  form: z.string(),
  /** Bytes that the server may use; 0 where nothing limits it. */
  limit: z.number().nullable(),
  /** How it makes room when they are used up. */
  policy: text,
  /** Releases that its keys name, and that nobody here knows. */
  strangers: z.array(z.string()),
  problem: text,
});

const facts = z.object({
  format: z.literal(1),
  release: z.string(),
  base: z.string(),
  laravel: z.string(),
  php: z.string(),
  appName: text,
  environment: text,
  configCached: z.boolean(),
  foreign: z.array(z.object({ file: z.string(), release: z.string() })),
  bootstrapLinked: z.boolean(),
  missing: z.array(z.string()),
  views: z.object({ path: text, exists: z.boolean(), inside: z.boolean(), relativeHash: z.boolean() }),
  cache: z.object({ default: text, prefix: text, limiter: text, stores: z.record(z.string(), store) }),
  redis: z.object({ client: text, globalPrefix: z.string(), connections: z.record(z.string(), connection) }),
  session: z.object({ driver: text, connection: text, store: text, inside: flag }),
  queue: z.object({ name: text, driver: text, connection: text, overflowStore: text }),
  /** Stores that hold tokens of password resets. */
  resetStores: z.array(text).default([]),
  maintenance: z.object({ driver: text, store: text }),
  horizonPrefix: text,
  sqlite: z.object({ path: z.string(), inside: z.boolean() }).nullable(),
  statamic: statamic.nullable(),
  contentInside: z.array(z.string()),
  clearingScripts: z.array(z.object({ event: z.string(), command: z.string() })),
  /** Of servers that were asked, which a deployment does not do. */
  looked: z.array(looked).default([]),
});

/** What the config of an application comes to in one release, as the application itself resolved it. Nothing in it is secret. */
export type AuditFacts = z.output<typeof facts>;
/** One cache store of it. */
export type StoreFacts = AuditFacts['cache']['stores'][string];

/** Reads what the probe printed; null when it is not there or not understood. */
export function parseAudit(printed: string): AuditFacts | null {
  const line = printed.split('\n').find((one) => one.startsWith(auditMark));
  if (line === undefined) return null;
  return facts.safeParse(jsonOf(line.slice(auditMark.length))).data ?? null;
}

/** Reads what servers said, among whatever else was printed. */
export function parseLooked(printed: string): AuditFacts['looked'] {
  return printed
    .split('\n')
    .filter((line) => line.startsWith('{"look":'))
    .flatMap((line) => looked.safeParse(jsonOf(line)).data ?? []);
}

/** What stands before the probe's answer among whatever else an application prints. */
const auditMark = 'cutover-audit:';

/** A store by name; null where the config has none. */
export function storeOf({ cache }: AuditFacts, name: string | null): StoreFacts | null {
  return (name === null ? null : cache.stores[name]) ?? null;
}

/** The store that the Stache is kept in. */
export function stacheStore({ statamic: found, cache }: AuditFacts): string | null {
  return found?.stacheStore ?? cache.default;
}

/** What every key of a store begins with where it is kept; null for files. */
export function finalPrefix(found: AuditFacts, of: StoreFacts): string | null {
  if (of.driver === 'file' || of.driver === 'array' || of.driver === 'null') return null;
  const before = of.driver === 'redis' ? (found.redis.connections[of.connection ?? '']?.prefix ?? '') : '';
  return before + (of.prefix ?? '');
}

/** Whether a store is this release's alone. */
export function isIsolated(found: AuditFacts, of: StoreFacts | null): boolean {
  if (of === null) return false;
  if (of.driver === 'file') return of.inside === true;
  return finalPrefix(found, of)?.includes(found.release) ?? false;
}

/** Whether the keys of a Redis connection are this release's alone. */
export function isOfRelease(found: AuditFacts, name: string | null): boolean {
  const { release } = found;
  return found.redis.connections[name ?? 'default']?.prefix?.includes(release) ?? false;
}

/** Whether a Laravel is at least of this version. */
export function isAtLeast({ laravel }: AuditFacts, major: number, minor = 0): boolean {
  const [a = 0, b = 0] = laravel.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
