import type { CurrentFacts, ForeignFacts, HostFacts } from '../model/facts.ts';
import type { ByRelease, ReleaseName, ReleaseRecord } from '../model/release.ts';
import type { Printed } from './probe-lines.ts';

interface Found {
  readonly directories: readonly ReleaseName[];
  readonly records: readonly ReleaseRecord[];
  readonly current: CurrentFacts;
}

/** Which of the releases without a record served visitors, by what the tool that made them left. */
export function foreignFacts(printed: Printed, found: Found): ForeignFacts {
  const served = (proof: (name: ReleaseName) => boolean) => servedBy(found, proof);
  const whole = new Set(printed.all('whole'));
  const revisions = revisionsIn(printed);
  const log = (printed.first('log') ?? '').split('\n').filter(Boolean);
  if (printed.first('deployer') !== null) {
    const logged = new Set(log.flatMap(deployerRelease));
    const bad = new Set(printed.all('bad'));
    // Deployer logs a release before it is built: the log alone proves nothing.
    return {
      kind: 'deployer',
      served: served((name) => whole.has(name) && !bad.has(name) && (logged.size === 0 || logged.has(name))),
      revisions,
    };
  }
  if (printed.first('capistrano') !== null) {
    const logged = new Set(log.flatMap(capistranoRelease));
    // Capistrano logs a release after it went live.
    return {
      kind: 'capistrano',
      served: served((name) => (log.length === 0 ? whole.has(name) : logged.has(name))),
      revisions,
    };
  }
  if (printed.first('envoyer') !== null && found.directories.some(isTimestamp)) {
    return { kind: 'envoyer', served: served((name) => isTimestamp(name) && whole.has(name)), revisions };
  }
  const numbered = served((name) => /^\d+$/.test(name) && whole.has(name));
  return isTheirs(numbered, found)
    ? { kind: printed.first('mina') === null ? 'other' : 'mina', served: numbered, revisions }
    : { kind: 'none' };
}

/** Deployer's lock: it is there for as long as somebody deploys by it, and after a deployment of it that died. */
export function foreignLockIn(printed: Printed): HostFacts['foreignLock'] {
  const told = printed.first('foreign-lock');
  if (told === null) return null;
  const [, since = null, by = ''] = /^(\d{4}-\S+Z)? ?(.*)/.exec(told) ?? [];
  return { by: by.trim(), since };
}

/** What these tools write into a release; files of that name that the application brought along may hold anything. */
function revisionsIn(printed: Printed): ByRelease<string> {
  const told = printed.all('revision').map((line) => /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/.exec(line) ?? []);
  return Object.fromEntries(told.flatMap(([, id, name]) => (id && name ? [[name, id]] : [])));
}

/** The live release, and older ones with proof: a newer one than the live one failed, or was rolled back from. */
function servedBy(found: Found, proof: (name: ReleaseName) => boolean): readonly ReleaseName[] {
  const recorded = new Set(found.records.map(({ name }) => name));
  const live = found.current.kind === 'release' ? found.current.release : null;
  if (live === null) return [];
  return found.directories
    .filter((name) => !recorded.has(name))
    .filter((name) => name === live || (isOlder(name, live) && proof(name)));
}

/** Names of these tools are numbers that grow, or times. */
function isOlder(name: ReleaseName, live: ReleaseName): boolean {
  return /^\d+$/.test(name) && /^\d+$/.test(live) && BigInt(name) < BigInt(live);
}

/** Where nothing else tells of another tool, it is one only if the release in service is its. */
function isTheirs(served: readonly ReleaseName[], { current }: Found): boolean {
  return current.kind === 'release' && /^\d+$/.test(current.release) && served.includes(current.release);
}

function isTimestamp(name: ReleaseName): boolean {
  return /^\d{14}$/.test(name);
}

/** `{"created_at":"…","release_name":"12","user":"…","target":"main"}` */
function deployerRelease(line: string): readonly string[] {
  const [, name] = /"release_name":\s*"([^"\\]+)"/.exec(line) ?? [];
  return name === undefined ? [] : [name];
}

/** `Branch main (at 1f2e3d4) deployed as release 20240101120000 by bob` */
function capistranoRelease(line: string): readonly string[] {
  const [, name] = /^.*\bdeployed as release (\S+)/.exec(line) ?? [];
  return name === undefined ? [] : [name];
}
