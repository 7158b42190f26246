export { databaseCache, fileCache, redisCache } from './config/caches.ts';
export { defineConfig } from './config/define.ts';
export type { Config, HostConfig as Host, StageConfig as Stage } from './config/schema/config.ts';
