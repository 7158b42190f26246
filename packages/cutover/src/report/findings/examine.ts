import { servesVisitors } from '../../model/app.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { Failure } from '../../model/failure.ts';
import type { Host } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import type { Refusal } from '../../plan/refusal.ts';
import { togetherClosed } from '../closed.ts';
import { refusalText } from '../refusals.ts';
import { failureSentence } from '../sentences.ts';
import { silences, type Unreached } from '../unreached.ts';
import type { Finding, FindingName, Level, Said } from './finding.ts';
import { loginShell } from './login-shell.ts';
import { logout } from './logout.ts';
import {
  adoptable,
  appProcesses,
  current,
  delivery,
  deployPath,
  layout,
  lock,
  records,
  sharedFiles,
} from './project.ts';
import { clock, inodes, space, swap, tools } from './system.ts';
import type { Gathered } from './web/gathered.ts';
import { webLooks } from './web/looks.ts';

/** Everything that a look at a host brought to light. */
export interface Examined {
  readonly host: Host;
  readonly settings: Settings;
  readonly facts: HostFacts;
  /** For what a deployment to this host would be refused. */
  readonly refusals: readonly Refusal[];
  /** Why a link could not be replaced in one step; null when it could. */
  readonly swap: Trouble | null;
  /** Milliseconds by which the host's clock is ahead of this machine's; negative when it is behind. */
  readonly aheadMs: number;
  /** What the host said of its servers and of what runs there; null where that was not asked. */
  readonly gathered: Gathered | null;
  /** What the host said of logins that are over; null where that was not asked. */
  readonly logins: Gathered | null;
  /** What the login shell printed before it ran a command; secrets are masked. */
  readonly noise: string;
  /** By the clock of this machine. */
  readonly nowMs: number;
}

/** What went wrong on a host, and what was printed before it did. */
export interface Trouble {
  readonly failure: Failure;
  readonly output: string;
}

/** What one look says of one thing; null where there is nothing to say of it. */
export type Look = (examined: Examined) => Said | null;

/** What is to be said of a host that answered, in the order in which it matters. */
export function examine(examined: Examined): readonly Finding[] {
  const { host } = examined;
  const names = Object.keys(looks) as readonly Looked[];
  const wanted = host.receivesCode ? names : names.filter((name) => everywhere.has(name));
  const isServed = servesVisitors(examined.settings.app, host);
  return wanted.flatMap((name) => {
    const seen = isServed || withoutVisitors.has(name) ? examined : { ...examined, gathered: null };
    const found = refused(examined, name) ?? looks[name](seen);
    return found === null ? [] : [{ name, host: host.name, fixes: [], ...found }];
  });
}

/** What is to be said of hosts that could not be looked at: the same of all that have the same to say. */
export function unreached(hosts: readonly Unreached[]): readonly Finding[] {
  return silences(hosts).flatMap(({ failure, place, said, advice }) => {
    const sentence = capitalised(failureSentence(failure, { host: 'it', title: null }));
    const finding = {
      name: 'reachable',
      level: 'problem',
      sentence: said.length === 0 ? sentence : `${sentence} It printed: ${said.join(' / ')}`,
      mend: advice,
      fixes: [],
    } as const;
    return [place.host, ...place.others].map((host) => ({ ...finding, host }));
  });
}

/** What the look itself tells; of caches only the application can, of clocks only all hosts together. */
type Looked = Exclude<FindingName, 'caches' | 'clocks'>;

const looks: Readonly<Record<Looked, Look>> = {
  reachable: ({ facts }) => ({ level: 'ok', sentence: `As ${facts.user}, on ${facts.system}.`, mend: null }),
  'login-shell': loginShell,
  clock,
  tools,
  swap,
  delivery,
  'deploy-path': deployPath,
  layout,
  current,
  'app-processes': appProcesses,
  records,
  lock,
  'shared-files': sharedFiles,
  adoptable,
  space,
  inodes,
  logout,
  ...webLooks,
};

/** What counts on hosts as well where only hooks run. */
const everywhere: ReadonlySet<FindingName> = new Set(['reachable', 'login-shell', 'clock']);

/** What of a host's servers and programs counts as well where nobody visits: workers and schedules are of a release too. */
const withoutVisitors: ReadonlySet<FindingName> = new Set([
  'processes',
  'managers',
  'units',
  'schedules',
  'in-use',
  'headroom',
  'flush',
  'writers',
  'versions',
]);

/** A lock is there for as long as somebody deploys: it passes by itself. Everything else stands until it is mended. */
function refused({ refusals, nowMs }: Examined, name: FindingName): Said | null {
  const texts = togetherClosed(refusals)
    .filter(({ kind }) => subjects[kind] === name)
    .map((refusal) => refusalText(refusal, nowMs));
  if (texts.length === 0) return null;
  const level: Level = name === 'lock' ? 'warning' : 'problem';
  return { level, sentence: texts.map(capitalised).join(' '), mend: null };
}

/** What each refusal is about; those that are about the wish itself are about no host's readiness. */
const subjects: Readonly<Record<Refusal['kind'], FindingName | null>> = {
  locked: 'lock',
  'foreign-lock': 'lock',
  'one-directory': 'deploy-path',
  'current-not-a-release': 'current',
  'other-project': 'deploy-path',
  'deploy-path-unusable': 'deploy-path',
  'cannot-create': 'deploy-path',
  'not-writable': 'deploy-path',
  'missing-shared': 'shared-files',
  'misplaced-shared': 'layout',
  'missing-tools': 'delivery',
  'other-layout': 'layout',
  'unshared-links': 'layout',
  'damaged-records': 'records',
  'unfit-revision': null,
  'no-hosts': null,
  'no-such-release': null,
  'never-served': null,
  'in-service': null,
  'already-serving': null,
  'no-earlier-release': null,
  'hosts-differ': null,
  'nothing-to-adopt': null,
};

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
