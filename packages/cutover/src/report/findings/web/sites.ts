import { caddySites } from './caddy.ts';
import type { Gathered } from './gathered.ts';
import { type Directive, filesTold, parseNginx } from './nginx.ts';

/** A `server` of nginx that serves the deploy path, with what it takes over from around it. */
export interface NginxSite {
  readonly names: readonly string[];
  readonly roots: readonly string[];
  /** Each place that passes to PHP, and how it names scripts there. */
  readonly passes: readonly Pass[];
  /** Addresses that are proxied to. */
  readonly proxied: readonly string[];
  /** The value of a directive that holds in the site, by whatever level says it last. */
  readonly says: (name: string) => string | null;
  /** All values of a directive in the site. */
  readonly all: (name: string) => readonly string[];
}

/** One place that passes requests to PHP. */
export interface Pass {
  readonly socket: string;
  readonly script: string | null;
  readonly documentRoot: string | null;
}

/** What nginx says for all of its sites, and the sites themselves. */
export function nginxHttp(gathered: Gathered): readonly Directive[] {
  const told = gathered.text('nginx-told');
  const tree = parseNginx(told === null ? gathered.all('nginx') : filesTold(told));
  return tree.filter(({ name }) => name === 'http').flatMap(({ block }) => block);
}

/** The version of nginx, as far as it tells it. */
export function nginxVersion(gathered: Gathered): string | null {
  return / *nginx\/(\S+)/.exec(gathered.text('nginx-version') ?? '')?.[1] ?? null;
}

/** The sites of nginx that lead into the deploy path. */
export function nginxSites(gathered: Gathered, deployPath: string): readonly NginxSite[] {
  const http = nginxHttp(gathered);
  const outer = http.filter(({ name }) => name !== 'server');
  return http
    .filter(({ name }) => name === 'server')
    .map((server) => siteOf(server, outer))
    .filter((site) =>
      [...site.roots, ...site.proxied].some((place) => place.replace(/^.*?unix:/, '').startsWith(`${deployPath}/`)),
    );
}

function siteOf(server: Directive, outer: readonly Directive[]): NginxSite {
  const everywhere = flat(server.block);
  const valuesOf = (name: string) => everywhere.filter((entry) => entry.name === name).map(({ args }) => args[0] ?? '');
  return {
    names: server.block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args),
    roots: [...valuesOf('root'), ...valuesOf('alias')],
    passes: passesOf(server.block, paramsOf(outer)),
    proxied: valuesOf('proxy_pass'),
    all: (name) => everywhere.filter((entry) => entry.name === name).map(({ args }) => args.join(' ')),
    says: (name) => [...outer, ...everywhere].findLast((entry) => entry.name === name)?.args.join(' ') ?? null,
  };
}

function flat(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((directive) => [directive, ...flat(directive.block)]);
}

/** Parameters of an outer level hold only where the inner one sets none at all; of two with one name the last counts. */
function passesOf(directives: readonly Directive[], inherited: ReadonlyMap<string, string>): readonly Pass[] {
  const own = paramsOf(directives);
  const params = own.size > 0 ? own : inherited;
  const here = directives
    .filter(({ name }) => name === 'fastcgi_pass')
    .map(({ args }) => ({
      socket: (args[0] ?? '').replace(/^unix:/, ''),
      script: params.get('SCRIPT_FILENAME') ?? null,
      documentRoot: params.get('DOCUMENT_ROOT') ?? null,
    }));
  return [...here, ...directives.flatMap(({ block }) => passesOf(block, params))];
}

function paramsOf(directives: readonly Directive[]): ReadonlyMap<string, string> {
  return new Map(
    directives.filter(({ name }) => name === 'fastcgi_param').map(({ args }) => [args[0] ?? '', args[1] ?? '']),
  );
}

/** Paths into the deploy path that Caddy and Apache name. */
export function pathsOf(gathered: Gathered, deployPath: string): readonly string[] {
  const words = [...gathered.all('apache').values()].flatMap((text) => text.split(/[\s"]+/));
  const roots = caddySites(gathered, deployPath).flatMap((site) => site.roots);
  return [...roots, ...words]
    .filter((word) => word.startsWith(`${deployPath}/`))
    .map((word) => word.replace(/\/$/, ''));
}
