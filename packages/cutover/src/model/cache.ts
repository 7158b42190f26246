import type { ReleaseName } from './release.ts';

/** A cache that each release has for itself, as a recipe or the config declares it. */
export type Cache = FileCache | RedisCache | DatabaseCache;

interface CacheCommon {
  /** Unique among the caches of a stage; findings, steps and commands call it so. */
  readonly name: string;
  /** Shell text that fills it before its release goes live; null when it fills by itself. */
  readonly warm: string | null;
  /** Shell text that makes it current before an old release goes live again; null empties it and warms it anew. */
  readonly refresh: string | null;
  /** Shell text that prints the path or prefix which the application really uses; anything else than ours stops a deployment. */
  readonly verify: string | null;
}

/** A directory of the release. It goes with its release. */
export interface FileCache extends CacheCommon {
  readonly kind: 'file';
  /** Relative to the release. */
  readonly path: string;
}

/** Keys of a Redis (or Valkey) that begin with a prefix of the release. */
export interface RedisCache extends CacheCommon {
  readonly kind: 'redis';
  readonly connection: RedisConnection;
  readonly prefix: PrefixForm;
}

/** Rows of a cache table whose keys begin with a prefix of the release. */
export interface DatabaseCache extends CacheCommon {
  readonly kind: 'database';
  /** The application's own connection by name; null is its default. */
  readonly connection: string | null;
  readonly table: string;
  readonly prefix: PrefixForm;
}

/** How a Redis is reached from the host. */
export type RedisConnection =
  /** A connection of the application's own config by name (`database.redis.<name>` in Laravel): the application knows the rest. */
  { readonly kind: 'application'; readonly name: string } | RedisServer;

/** A Redis that is reached without the application. */
export interface RedisServer {
  readonly kind: 'server';
  readonly topology: 'standalone' | 'sentinel' | 'cluster';
  /** `redis://user@host:port/database`, `rediss://` with TLS, `unix:///socket`; several for sentinels and cluster nodes. Never a password. */
  readonly urls: readonly string[];
  /** The sentinels' name for the master. */
  readonly master: string | null;
  /** The name of the secret that is the password. */
  readonly password: string | null;
}

/** A key prefix in which `{{ name }}`, `{{ stage }}`, `{{ host }}` and `{{ time }}` (the release's name) stand for what they are of a release. */
export type PrefixForm = string;

/** The prefix that is Cutover's own: project and release, ended by a separator so that no release's prefix begins another's. */
export const ownPrefixForm: PrefixForm = '{{ name }}:{{ time }}:';

/** What a prefix is made for. */
export interface PrefixOwner {
  readonly project: string;
  readonly stage: string;
  readonly host: string;
  readonly release: ReleaseName;
}

/** The key prefix of one release on one host. */
export function prefixOf(form: PrefixForm, { project, stage, host, release }: PrefixOwner): string {
  const values: Readonly<Record<string, string>> = { name: project, stage, host, time: release };
  return form.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole);
}

/** What is wrong with a prefix form; null when keys with such a prefix belong to exactly one release. */
export type PrefixFault = 'no-release' | 'no-separator' | 'unknown-variable' | 'control-character';

/** A prefix without the release's name is shared by all; one that does not end in a separator begins other releases' too. */
export function prefixFault(form: PrefixForm): PrefixFault | null {
  const names = [...form.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map((match) => match[1] ?? '');
  if (/\p{Cc}/u.test(form)) return 'control-character';
  if (!names.every((name) => ['name', 'stage', 'host', 'time'].includes(name))) return 'unknown-variable';
  if (!names.includes('time')) return 'no-release';
  return /[:_./|-]$/.test(form) ? null : 'no-separator';
}

/** A cache as the application of one release on one host really uses it: what is beside the release's record, and what is purged. */
export type ReleaseCache =
  | { readonly kind: 'file'; readonly name: string /** Absolute. */; readonly path: string }
  | {
      readonly kind: 'redis';
      readonly name: string;
      readonly connection: RedisConnection;
      /** Every key that begins so is the release's. */
      readonly prefix: string;
    }
  | {
      readonly kind: 'database';
      readonly name: string;
      readonly connection: string | null;
      readonly table: string;
      readonly prefix: string;
    };

/** The content of `.cutover/releases/<name>.caches`: what one release holds in caches of its own, nothing secret. */
export interface CacheRecord {
  readonly format: 1;
  readonly release: ReleaseName;
  readonly caches: readonly ReleaseCache[];
}

/** The caches of one release as they are declared; the application's own config may know of more. */
export function declaredCaches(
  caches: readonly Cache[],
  owner: PrefixOwner & { readonly directory: string },
): readonly ReleaseCache[] {
  return caches.map((cache): ReleaseCache => {
    const { name } = cache;
    if (cache.kind === 'file') return { kind: 'file', name, path: `${owner.directory}/${cache.path}` };
    const prefix = prefixOf(cache.prefix, owner);
    if (cache.kind === 'redis') return { kind: 'redis', name, connection: cache.connection, prefix };
    return { kind: 'database', name, connection: cache.connection, table: cache.table, prefix };
  });
}
