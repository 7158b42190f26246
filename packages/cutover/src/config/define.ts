import type { Config } from './schema/config.ts';

/** Gives a config its type in the editor; it comes back as it is. */
export function defineConfig(config: Config): Config {
  return config;
}
