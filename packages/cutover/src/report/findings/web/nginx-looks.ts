import { cleanWord } from '../../clean.ts';
import type { Look } from '../examine.ts';
import { good, problem, warning } from './said.ts';
import { type NginxSite, nginxHttp, nginxSites, nginxVersion } from './sites.ts';
import { apacheFiles } from './web-server.ts';

/** Whether nginx remembers open files. */
export const openFileCache: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const site = siteThat(nginxSites(gathered, host.deployPath), (one) => isOn(one.says('open_file_cache')));
  if (site === undefined) return null;
  const valid = cleanWord(site.says('open_file_cache_valid') ?? '60s');
  return warning(
    `open_file_cache is on: for up to ${valid} after a swap (open_file_cache_valid) nginx serves files of the old release, each for itself, so that pages mix.`,
    'Write "open_file_cache off;" into the server block, and reload nginx once.',
  );
};

/** Whether links are followed. */
export const symlinks: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const site = siteThat(nginxSites(gathered, host.deployPath), (one) => isOn(one.says('disable_symlinks')));
  if (site !== undefined)
    return problem(
      `disable_symlinks is ${cleanWord(site.says('disable_symlinks') ?? '')}: nginx refuses what lies behind the link current.`,
      'Write "disable_symlinks off;" into the server block.',
    );
  const files = apacheFiles(gathered, host.deployPath);
  const refusing = files.find((file) =>
    /^\s*Options\b.*(?:-FollowSymLinks|SymLinksIfOwnerMatch)/im.test(gathered.all('apache').get(file) ?? ''),
  );
  return refusing === undefined
    ? null
    : problem(
        `Apache does not follow every link (${cleanWord(refusing)}).`,
        'Write "Options +FollowSymLinks" for the directory.',
      );
};

/** Whether answers are kept. */
export const responseCache: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const sites = nginxSites(gathered, host.deployPath);
  const name = ['fastcgi_cache', 'proxy_cache'].find((directive) =>
    siteThat(sites, (one) => isOn(one.says(directive))),
  );
  return name === undefined
    ? null
    : warning(
        `${name} is on: nginx goes on answering from what the old release said, for as long as its entries are valid.`,
        'Let a hook of "after activate" purge it, or bring the release into the cache key.',
      );
};

/** Whether a reload at each activation closes connections in the moment of a request. */
export const reloadResets: Look = ({ host, gathered, settings: { processes } }) => {
  const version = gathered && nginxVersion(gathered);
  const isReloaded = processes.some(({ listen, hosts }) => listen?.kind === 'ports' && hosts.includes(host.name));
  if (gathered === null || version === null || !isReloaded) return null;
  const times = nginxHttp(gathered)
    .filter(({ name }) => name === 'keepalive_min_timeout')
    .map(({ args }) => args[0]);
  if (times.some((time) => !/^0[a-z]*$/.test(time ?? '0')))
    return good('A reload of nginx closes no connection that a visitor may be about to use (keepalive_min_timeout).');
  const cannot = isOlder(version, keepaliveMinTimeout);
  const why = cannot ? `nginx ${cleanWord(version)} cannot keep them open` : 'keepalive_min_timeout is not set';
  return warning(
    `Each activation reloads nginx, which closes the connections that visitors keep, sometimes in the moment of a request, which is reset then: ${why}.`,
    cannot
      ? `Let the process listen at a socket, or at one with toPort: no reload is needed then. Or have nginx ${keepaliveMinTimeout.join('.')} or newer, with "keepalive_min_timeout 10s;" in its http block.`
      : 'Write "keepalive_min_timeout 10s;" into the http block, and reload nginx once; or let the process listen at a socket, which needs no reload.',
  );
};

/** The version of nginx that brought the directive, by its own changes. */
const keepaliveMinTimeout = [1, 27, 4] as const;

function isOlder(version: string, than: readonly number[]): boolean {
  const numbers = version.split('.').map((number) => Number.parseInt(number, 10) || 0);
  const differing = than.findIndex((number, i) => number !== (numbers[i] ?? 0));
  return differing !== -1 && (numbers[differing] ?? 0) < (than[differing] ?? 0);
}

/** Whether connections to PHP outlive a request. */
export const keepConn: Look = ({ host, gathered }) => {
  if (gathered === null) return null;
  const site = siteThat(nginxSites(gathered, host.deployPath), (one) => isOn(one.says('fastcgi_keep_conn')));
  if (site === undefined) return null;
  return warning(
    'fastcgi_keep_conn is on: connections between nginx and PHP-FPM outlive their requests, so that nobody can tell by them when the last request of an old release has ended.',
    'Take it out: on a unix socket a new connection costs microseconds.',
  );
};

function siteThat(sites: readonly NginxSite[], is: (site: NginxSite) => boolean): NginxSite | undefined {
  return sites.find(is);
}

function isOn(value: string | null): boolean {
  return value !== null && value !== 'off';
}
