import { count } from '../../words.ts';
import type { Look } from '../examine.ts';
import type { Gathered } from './gathered.ts';
import { poolReport } from './pool.ts';
import { iniOf } from './pool-looks.ts';
import { good, problem, warning } from './said.ts';

/** The release in service, the new one, and one that long requests may still be in. */
const atOnce = 3;
/** Measured: a release of 16 MB of PHP takes 60 MB of opcache. */
const bytesOfSource = 4;
/** A file takes a key for its real path and one for each way that it is included by. */
const keysOfFile = 2;

/** Whether opcache has room for the releases that are in it at the same time. */
export const opcache: Look = ({ gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const report = poolReport(gathered);
  const state = report !== null && typeof report !== 'string' ? report.opcache : null;
  if (state?.isFull)
    return problem(
      'Opcache is full (cache_full): everything that it does not hold is compiled anew for each request, which makes pages a hundred times slower, until it is reset.',
      mendFor(gathered),
    );
  if (report !== null && typeof report !== 'string' && state === null)
    return warning(
      'Opcache is off in this pool, or may not be asked.',
      'Set opcache.enable=1, and leave opcache.restrict_api empty.',
    );
  const wanted = wantedFor(gathered);
  if (wanted === null) return null;
  const megabytes = Number.parseInt(iniOf(gathered, 'opcache.memory_consumption') ?? '128', 10);
  const memory = megabytes > 100_000 ? megabytes / 2 ** 20 : megabytes;
  const files = Number.parseInt(iniOf(gathered, 'opcache.max_accelerated_files') ?? '10000', 10);
  if (memory >= wanted.megabytes && files >= wanted.files)
    return good(`Opcache (${memory} MB, ${files.toLocaleString('en-GB')} files) has room for ${atOnce} releases.`);
  return warning(
    `Opcache (${memory} MB, ${files.toLocaleString('en-GB')} files) has no room for ${atOnce} releases of ${count(wanted.each, 'PHP file')}: Cutover resets it when one more does not fit, which slows the next requests down.`,
    mendFor(gathered),
  );
};

function wantedFor(
  gathered: Gathered,
): { readonly megabytes: number; readonly files: number; readonly each: number } | null {
  const [each = 0, bytes = 0] = (gathered.text('php-files') ?? '').trim().split(/\s+/).map(Number);
  if (each === 0 || Number.isNaN(each)) return null;
  const memory = (atOnce * bytesOfSource * bytes) / 2 ** 20 + 16;
  return { megabytes: Math.ceil(memory / 64) * 64, files: atOnce * keysOfFile * each, each };
}

function mendFor(gathered: Gathered): string {
  const wanted = wantedFor(gathered) ?? { megabytes: 256, files: 50_000 };
  return `Set opcache.memory_consumption=${Math.max(wanted.megabytes, 128)} and opcache.max_accelerated_files=${Math.max(wanted.files, 10_000)} in the php.ini of PHP-FPM, and restart it once.`;
}
