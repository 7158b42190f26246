import { isObject, jsonOf } from '../../../model/json.ts';
import type { Gathered } from './gathered.ts';

/** A site of Caddy that leads into the deploy path. */
export interface CaddySite {
  readonly roots: readonly string[];
  /** Each place that passes to PHP, and whether it names scripts by their real paths. */
  readonly passes: readonly { readonly resolves: boolean }[];
  /** Each address that is proxied to, and whether connections to it are kept. */
  readonly proxied: readonly { readonly to: string; readonly isKept: boolean }[];
}

/** By what the running Caddy says of itself, or what it makes of its file; by the file's own text where neither could be had. */
export function caddySites(gathered: Gathered, deployPath: string): readonly CaddySite[] {
  const told = jsonOf(gathered.text('caddy-told') ?? '');
  const sites = told === undefined ? sitesOfText(gathered, deployPath) : sitesOfJson(told);
  return sites.filter(({ roots, proxied }) =>
    [...roots, ...proxied.map(({ to }) => to)].some((place) => place.includes(`${deployPath}/`)),
  );
}

/** One outermost route is one block of a Caddyfile. */
function sitesOfJson(config: unknown): readonly CaddySite[] {
  const servers = Object.values(recordOf(at(config, 'apps', 'http', 'servers')));
  return servers.flatMap((server) => listOf(at(server, 'routes')).map((route) => siteOf(handlersIn(route))));
}

type Values = Readonly<Record<string, unknown>>;

/** A handler may hold routes of its own, and those others. */
function handlersIn(route: unknown): readonly Values[] {
  return listOf(at(route, 'handle')).flatMap((handler) => [
    recordOf(handler),
    ...listOf(at(handler, 'routes')).flatMap(handlersIn),
  ]);
}

function siteOf(handlers: readonly Values[]): CaddySite {
  const proxies = handlers.filter(({ handler }) => handler === 'reverse_proxy');
  const toPhp = proxies.filter((proxy) => at(proxy, 'transport', 'protocol') === 'fastcgi');
  return {
    roots: [...handlers.map(({ root }) => root), ...toPhp.map((proxy) => at(proxy, 'transport', 'root'))].filter(
      isText,
    ),
    passes: toPhp.map((proxy) => ({ resolves: at(proxy, 'transport', 'resolve_root_symlink') === true })),
    proxied: proxies
      .filter((proxy) => !toPhp.includes(proxy))
      .flatMap((proxy) => {
        const isKept = at(proxy, 'transport', 'keep_alive', 'enabled') !== false;
        return listOf(at(proxy, 'upstreams')).flatMap((upstream) => {
          const to = at(upstream, 'dial');
          return isText(to) ? [{ to, isKept }] : [];
        });
      }),
  };
}

/** What a Caddyfile says without imports: every outermost block is a site. */
function sitesOfText(gathered: Gathered, deployPath: string): readonly CaddySite[] {
  const blocks = [...gathered.all('caddy').values()].flatMap(blocksOf);
  return blocks.map((block) => {
    const words = block.split(/[\s"]+/);
    return {
      roots: words.filter((word) => word.startsWith(`${deployPath}/`)),
      passes: block.includes('php_fastcgi') ? [{ resolves: block.includes('resolve_root_symlink') }] : [],
      proxied: words
        .filter((word) => word.startsWith(`unix/${deployPath}/`))
        .map((to) => ({ to, isKept: !/\bkeepalive\s+off\b/.test(block) })),
    };
  });
}

/** What stands between the outermost braces, each with its own. */
function blocksOf(text: string): readonly string[] {
  const blocks: string[] = [];
  let depth = 0;
  let begun = 0;
  const bare = text.replaceAll(/(^|\s)#[^\n]*/g, '$1');
  for (const { 0: sign, index: i } of bare.matchAll(/[{}]/g)) {
    if (sign === '{' && depth++ === 0) begun = i;
    if (sign === '}' && --depth === 0) blocks.push(bare.slice(begun, i + 1));
  }
  return blocks;
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce((below, key) => recordOf(below)[key], value);
}

function recordOf(value: unknown): Values {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
