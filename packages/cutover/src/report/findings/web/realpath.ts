import type { Look } from '../examine.ts';
import { poolReport } from './pool.ts';
import { iniOf } from './pool-looks.ts';
import { problem, warning } from './said.ts';
import { throughLink } from './web-server.ts';

/** How long PHP remembers where `current` led. Where opcache is on, its reset makes every worker forget. */
export const realpathCache: Look = ({ host, gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const seconds = Number.parseInt(iniOf(gathered, 'realpath_cache_ttl') ?? '120', 10);
  const size = Number.parseInt(iniOf(gathered, 'realpath_cache_size') ?? '4096', 10);
  if (!(seconds > 0 && size > 0)) return null;
  const report = poolReport(gathered);
  const isOff = report !== null && typeof report !== 'string' && report.opcache === null;
  if (isOff && (app.fpm?.scripts === 'link' || throughLink(gathered, host.deployPath).link !== null))
    return problem(
      `Opcache is off, and each worker of PHP remembers for ${seconds} seconds where current led (realpath_cache_ttl): for as long after a swap, visitors meet either release, by turns.`,
      'Name scripts by their real path, or set opcache.enable=1; without opcache, realpath_cache_size=0 helps as well.',
    );
  if ((gathered.text('baked') ?? '').trim() === '') return null;
  return warning(
    `PHP remembers for ${seconds} seconds where a path led (realpath_cache_ttl): what is read through current mixes releases for as long after a swap.`,
    'Let caches hold the paths of their own release; a shorter realpath_cache_ttl only shortens it.',
  );
};
