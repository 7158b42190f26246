import type * as z from 'zod';
import type { cache } from './schema/caches.ts';

type Written = z.input<typeof cache>;
type FileCacheConfig = Extract<Written, { type: 'file' }>;
type RedisCacheConfig = Extract<Written, { type: 'redis' }>;
type DatabaseCacheConfig = Extract<Written, { type: 'database' }>;

/** A directory that each release has for itself, for `caches` in a config. */
export function fileCache(options: Omit<FileCacheConfig, 'type'>): FileCacheConfig {
  return { type: 'file', ...options };
}

/** Keys of a Redis that each release has for itself, for `caches` in a config. */
export function redisCache(options: Omit<RedisCacheConfig, 'type'>): RedisCacheConfig {
  return { type: 'redis', ...options };
}

/** Rows of a cache table that each release has for itself, for `caches` in a config. */
export function databaseCache(options: Omit<DatabaseCacheConfig, 'type'>): DatabaseCacheConfig {
  return { type: 'database', ...options };
}
