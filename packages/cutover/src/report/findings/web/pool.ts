import { isObject, jsonOf } from '../../../model/json.ts';
import type { Gathered } from './gathered.ts';

/** What a pool of PHP-FPM says of itself. */
export interface PoolReport {
  readonly version: string;
  readonly user: string;
  /** Settings of php.ini as the pool has them. */
  readonly ini: Readonly<Record<string, string>>;
  /** Null where opcache is off, or may not be asked. */
  readonly opcache: OpcacheState | null;
}

/** The state of opcache, in bytes and keys. */
export interface OpcacheState {
  readonly isFull: boolean;
  readonly used: number;
  readonly free: number;
  readonly keys: number;
  readonly mostKeys: number;
}

/** The report of the pool that the config names; null where it was not asked, a text where it did not answer with one. */
export function poolReport(gathered: Gathered): PoolReport | string | null {
  const said = gathered.text('pool');
  if (said === null) return null;
  const json = said.split('\n').find((line) => line.startsWith('{'));
  const value = json === undefined ? null : jsonOf(json);
  if (!isObject(value)) return said.split('\n')[0] ?? '';
  return {
    version: String(value.version),
    user: String(value.user),
    ini: isObject(value.ini) ? (value.ini as Record<string, string>) : {},
    opcache: isObject(value.status) ? stateOf(value.status) : null,
  };
}

/** A section of the files of PHP-FPM, `[global]` or a pool, with the value of each setting. */
export interface FpmSection {
  readonly name: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** All sections of all readable files. */
export function fpmSections(gathered: Gathered): readonly FpmSection[] {
  return [...gathered.all('fpm').values()].flatMap((text) => {
    const sections: { name: string; settings: Map<string, string> }[] = [];
    for (const line of text.split('\n')) {
      const [, name] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
      if (name !== undefined) sections.push({ name, settings: new Map() });
      const [, key, value] = /^\s*([a-z][\w.[\]]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (key !== undefined && value !== undefined) sections.at(-1)?.settings.set(key, value);
    }
    return sections;
  });
}

function stateOf(status: Readonly<Record<string, unknown>>): OpcacheState {
  const memory = isObject(status.memory_usage) ? status.memory_usage : {};
  const statistics = isObject(status.opcache_statistics) ? status.opcache_statistics : {};
  return {
    isFull: status.cache_full === true,
    used: Number(memory.used_memory ?? 0),
    free: Number(memory.free_memory ?? 0),
    keys: Number(statistics.num_cached_keys ?? 0),
    mostKeys: Number(statistics.max_cached_keys ?? 0),
  };
}
