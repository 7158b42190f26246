import { cleanWord } from '../../clean.ts';
import { count } from '../../words.ts';
import type { Examined, Look } from '../examine.ts';
import type { Gathered } from './gathered.ts';
import { fpmSections, poolReport } from './pool.ts';
import { good, problem, warning } from './said.ts';
import { isUnitAsked } from './units.ts';

/** Whether the user of the pool can read releases: every directory on the way must let it through. */
export const poolAccess: Look = ({ host, facts, gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const report = poolReport(gathered);
  const pools = fpmSections(gathered).filter(({ name }) => name !== 'global');
  const chroot = pools.map(({ settings }) => settings.get('chroot')).find((value) => value);
  if (chroot !== undefined)
    return warning(
      `A pool of PHP-FPM has the root ${cleanWord(chroot)} (chroot), where paths are other than Cutover knows them.`,
      'Serve the application from a pool without chroot.',
    );
  const user =
    (typeof report === 'object' ? report?.user : null) ??
    pools.map(({ settings }) => settings.get('user')).find((value) => value);
  if (!user) return null;
  const closed = rows(gathered, 'way').find(
    ({ mode, owner }) => (mode & 0o001) === 0 && owner !== user && user !== 'root' && (mode & 0o010) === 0,
  );
  if (closed !== undefined)
    return problem(
      `${cleanWord(closed.path)} does not let ${cleanWord(user)} through, as whom PHP runs: it can read no release.`,
      `chmod o+x ${cleanWord(closed.path)}`,
      isOurs(closed, { host, facts }) ? [{ kind: 'change-mode', path: closed.path, change: 'o+x' }] : [],
    );
  return openBasedir(report);
};

function openBasedir(report: ReturnType<typeof poolReport>): ReturnType<Look> {
  const base = report !== null && typeof report !== 'string' ? report.ini.open_basedir : undefined;
  if (!base?.split(':').some((path) => path.replace(/\/$/, '').endsWith('/current'))) return null;
  return problem(
    `open_basedir is ${cleanWord(base)}: PHP compares real paths, and those of releases are below releases/.`,
    'Name the deploy path there instead of current.',
  );
}

/** How it is known that an old release is still in use. */
export const inUse: Look = ({ gathered }) => {
  if (gathered === null) return null;
  if (gathered.text('hidepid')?.match(/hidepid=(?:[124]|invisible|noaccess|ptraceable)/))
    return warning(
      'Processes of other users cannot be seen here (hidepid): a release that they still use is kept only by its age.',
      'Mount /proc without hidepid, or let this user be of its gid= group.',
    );
  return good('Working directories, open files and sockets tell which releases are in use.');
};

/** Programs that still run in a release that is not in service. */
export const processes: Look = ({ gathered, facts: { current } }) => {
  const found = (gathered?.text('processes') ?? '').split('\n').flatMap((line) => {
    const [, pid, name, release] = /^(\d+) (\S+) .*\/releases\/([^/\s]+)/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid, name: name ?? '', release: release ?? '' }];
  });
  const serves = current.kind === 'release' ? current.release : null;
  const old = found.filter(({ release }) => release !== serves);
  if (old.length === 0) return null;
  const told = old.slice(0, 5).map(({ pid, name, release }) => `${cleanWord(name)} (${pid}) in ${cleanWord(release)}`);
  return warning(
    `${told.join(', ')}: still running in a release that is not in service, with its code, which is therefore kept.`,
    'Restart them, and let a hook of "after activate" do so from now on.',
  );
};

/** What starts programs of the application. */
export const managers: Look = ({ gathered }) => {
  const found = mentions(gathered)
    .filter(({ place }) => /systemd|supervisor|pm2/.test(place))
    .filter(({ place }) => !isUnitAsked(place, gathered));
  if (found.length === 0) return null;
  const numbered = found.filter(({ lines }) => lines.some(isNumbered));
  const places = (all: typeof found): string => [...new Set(all.map(({ place }) => cleanWord(place)))].join(', ');
  if (numbered.length > 0)
    return problem(
      `${places(numbered)} names a numbered release: what it starts stays with that release, and fails once it is removed.`,
      'Name the path through current there.',
    );
  return good(`Programs of the application are started by ${places(found)}, through current.`);
};

/** Whether scheduled commands go through current. */
export const schedules: Look = ({ gathered }) => {
  const found = mentions(gathered).filter(({ place }) => /cron|\.timer$/.test(place));
  const numbered = found.find(({ lines }) => lines.some(isNumbered));
  if (numbered !== undefined)
    return problem(
      `${cleanWord(numbered.place)} names a numbered release: ${cleanWord(numbered.lines.find(isNumbered) ?? '')}`,
      'Name the path through current there: cd <path>/current && …',
    );
  return found.length === 0
    ? null
    : good(`Scheduled commands in ${found.map(({ place }) => cleanWord(place)).join(', ')} go through current.`);
};

/** How many more releases fit. */
export const headroom: Look = ({ gathered, facts }) => {
  const size = number(gathered, 'kilobytes');
  const files = number(gathered, 'files');
  if (!size || facts.freeKilobytes === null) return null;
  const byFiles = files && facts.freeInodes ? Math.floor(facts.freeInodes / files) : Number.POSITIVE_INFINITY;
  const fit = Math.min(Math.floor(facts.freeKilobytes / size), byFiles);
  if (fit >= 10) return null;
  const sentence = `${fit === 0 ? 'Not even one more release' : count(fit, 'more release')} of the size of the one in service ${fit > 1 ? 'fit' : 'fits'}.`;
  return fit < 2
    ? problem(sentence, 'Make room, or keep fewer releases (keep).')
    : warning(sentence, 'Mind the room, or keep fewer releases (keep).');
};

/** Whether one file system can be flushed. */
export const flush: Look = ({ gathered }) =>
  gathered?.text('sync') === 'no'
    ? warning(
        'sync -f is not known here: everything that waits to be written is flushed before each swap, not only the release.',
        'Install GNU coreutils or busybox.',
      )
    : null;

/** Whether caches hold paths through current. */
export const bakedPaths: Look = ({ gathered }) => {
  const files = (gathered?.text('baked') ?? '').split('\n').filter((line) => line !== '');
  if (files.length === 0) return null;
  return warning(
    `${files.map(cleanWord).join(', ')} of the release in service holds paths through current: after a swap the old code of a request reads files of the new release.`,
    'Build these caches in the release itself, by its own path.',
  );
};

const year2000 = 946_684_800;

/** Whether files carry a made-up time. */
export const fileTimes: Look = ({ gathered }) => {
  const rows = (gathered?.text('mtimes') ?? '').split('\n').flatMap((line) => {
    const [, times, second] = /^\s*(\d+)\s+(\d+)$/.exec(line) ?? [];
    return second === undefined ? [] : [{ times: Number(times), second: Number(second) }];
  });
  const madeUp = rows.find(({ second, times }) => second < year2000 && times > 1);
  if (madeUp === undefined) return null;
  return warning(
    `${count(madeUp.times, 'file')} of the web root carry the time of ${new Date(madeUp.second * 1000).getUTCFullYear()}: web servers tell versions apart by time and size, so browsers keep the old file where the size is the same.`,
    'Let the build not set times (tar --mtime, SOURCE_DATE_EPOCH, npm pack).',
  );
};

/** Who may write to the deploy path. */
export const writers: Look = ({ host, gathered, facts }) => {
  const open = gathered === null ? [] : rows(gathered, 'owners').filter(({ mode }) => (mode & 0o002) !== 0);
  const paths = open.map(({ path }) => cleanWord(path));
  if (open.length > 0)
    return warning(
      `Everybody on this host may write to ${paths.join(', ')}, and so put code in service.`,
      `chmod o-w ${paths.join(' ')}`,
      open
        .filter((row) => isOurs(row, { host, facts }))
        .map(({ path }) => ({ kind: 'change-mode', path, change: 'o-w' })),
    );
  const refused = new Set(facts.closed.map(({ path }) => path));
  const others = gathered
    ? rows(gathered, 'owners').filter(({ owner, path }) => owner !== facts.user && owner !== '' && !refused.has(path))
    : [];
  const [first] = others;
  return first === undefined
    ? null
    : warning(
        `${cleanWord(first.path)} belongs to ${cleanWord(first.owner)}, and Cutover connects as ${cleanWord(facts.user)}.`,
        `chown -R ${cleanWord(facts.user)} ${cleanWord(first.path)}, or set user in the config.`,
      );
};

/** Versions of the tools that matter. */
export const versions: Look = ({ gathered }) => {
  const found = [...(gathered?.all('version') ?? [])].map(([, line]) => cleanWord(line).replace(/ \(.*$/, ''));
  const mv = gathered?.text('mv');
  const all = [...found, ...(mv && mv !== 'other' ? [cleanWord(mv)] : [])];
  return all.length === 0 ? null : good(`${all.join('; ')}.`);
};

/** A directory of Cutover's own, whose mode this user may change; that of a home or of /srv is not for us to change. */
function isOurs(row: Owned, { host, facts }: Pick<Examined, 'host' | 'facts'>): boolean {
  const isInside = row.path === host.deployPath || row.path.startsWith(`${host.deployPath}/`);
  return isInside && row.owner === facts.user;
}

interface Owned {
  readonly mode: number;
  readonly owner: string;
  readonly path: string;
}

function rows(gathered: Gathered, kind: string): readonly Owned[] {
  return (gathered.text(kind) ?? '').split('\n').flatMap((line) => {
    const [, mode, owner, path] = /^(\d+) (\S+) \S+ (.+)$/.exec(line) ?? [];
    return mode === undefined ? [] : [{ mode: Number.parseInt(mode, 8), owner: owner ?? '', path: path ?? '' }];
  });
}

function mentions(gathered: Gathered | null): readonly { readonly place: string; readonly lines: readonly string[] }[] {
  return [...(gathered?.all('mention') ?? [])]
    .map(([place, text]) => ({
      place,
      lines: text.split('\n').filter((line) => line.trim() !== '' && !/^\s*[#;]/.test(line)),
    }))
    .filter(({ lines }) => lines.length > 0);
}

function isNumbered(line: string): boolean {
  return /\/releases\/\d/.test(line);
}

function number(gathered: Gathered | null, kind: string): number | null {
  const value = Number.parseInt(gathered?.text(kind) ?? '', 10);
  return Number.isNaN(value) ? null : value;
}
