import type { CurrentFacts, DeployPathFacts, HostFacts, LockFacts, OwnerFacts } from '../model/facts.ts';
import { holderFile, releaseRefs, stepFile } from '../model/layout.ts';
import type { ReleaseName } from '../model/release.ts';
import { activationsIn } from './probe-activations.ts';
import { closedIn } from './probe-closed.ts';
import { foreignFacts, foreignLockIn } from './probe-foreign.ts';
import { type Printed, readLines } from './probe-lines.ts';
import { linkedIn } from './probe-linked.ts';
import { processesIn } from './probe-processes.ts';
import { holderIn, recordsIn } from './probe-records.ts';
import { tools } from './probe-tools.ts';

/** Why a probe's output tells no facts. */
export interface ProbeProblem {
  /** `incomplete`: its last line is missing. `not-a-probe`: its first one is. */
  readonly problem: 'incomplete' | 'not-a-probe';
  readonly message: string;
}

/** Reads what the script of `probeScript` printed. Pure. */
export function parseFacts(output: string): HostFacts | ProbeProblem {
  const printed = readLines(output);
  if (printed.first('probe') !== '1') {
    return {
      problem: 'not-a-probe',
      message: 'The host answered something else than was asked. Does its login shell run commands at all?',
    };
  }
  if (printed.first('end') === null) {
    return { problem: 'incomplete', message: 'The look at the host ended before its end. What it told is not used.' };
  }
  return factsIn(printed);
}

function factsIn(printed: Printed): HostFacts {
  const found = printed.all('directory');
  const directories = found.filter(isReleaseName);
  const { records, damaged } = recordsIn(printed);
  const lock = lockIn(printed);
  const { activations, damaged: unclear } = activationsIn(printed, lock);
  const current = currentIn(printed);
  const words = (printed.first('tools') ?? '').split(' ');
  return {
    system: printed.first('system') ?? '',
    user: printed.first('user') ?? '',
    clock: printed.first('clock') ?? '',
    deployPath: deployPathIn(printed),
    identity: identityIn(printed),
    closed: closedIn(printed),
    current,
    directories,
    oddDirectories: found.filter((name) => !isReleaseName(name)),
    records,
    damagedRecords: [...damaged, ...unclear],
    owed: printed.all('owed').filter(isReleaseName),
    lock,
    activations,
    leftovers: printed.all('leftover').filter((path) => /^[A-Za-z0-9._/+-]+$/.test(path) && !path.includes('..')),
    processes: processesIn(printed),
    shared: sharedIn(printed),
    misplaced: printed.all('misplaced'),
    trees: treesIn(printed),
    tools: tools.filter((tool) => words.includes(tool)),
    foreign: foreignFacts(printed, { directories, records, current }),
    foreignLock: foreignLockIn(printed),
    linked: linkedIn(printed),
    ...freeIn(printed),
    isRemoving: printed.first('removing') !== null,
    releaseKilobytes: weightIn(printed),
  };
}

/** Names that are safe in paths, refs and sentences. Other tools number their releases or name them by date. */
function isReleaseName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(name) && !/\.\.|\.$|\.lock$/.test(name);
}

function deployPathIn(printed: Printed): DeployPathFacts {
  switch (printed.first('deploy-path')) {
    case 'directory':
      return { kind: 'directory' };
    case 'other':
      return { kind: 'other' };
    case 'creatable':
      return { kind: 'missing', canCreate: true };
    default:
      return { kind: 'missing', canCreate: false };
  }
}

/**
 * The boot and the name of the machine, what is there of the deploy path as device and inode, and the rest of the path. Containers on one kernel
 * share its boot, but no directory unless it is the very same; copies of a machine that was copied while it ran share all but the name.
 */
function identityIn(printed: Printed): string | null {
  const told = printed.first('identity') ?? '';
  return /^[0-9a-f-]{36} \S+ \d+:\d+ /.test(told) ? told : null;
}

function currentIn(printed: Printed): CurrentFacts {
  if (printed.first('current-real') !== null) return { kind: 'real' };
  const text = printed.first('current-text');
  if (text === null) return { kind: 'nothing' };
  const leadsTo = printed.first('current-path');
  const byPath = releaseBelow(printed.first('releases-path'), leadsTo);
  if (byPath !== null) return { kind: 'release', release: byPath, exists: true };
  const byText = namedBy(text, printed);
  return byText === null
    ? { kind: 'elsewhere', target: text }
    : { kind: 'release', release: byText, exists: leadsTo !== null };
}

/** A release by the link's own text: it is gone, or itself a link to another place. */
function namedBy(text: string, printed: Printed): ReleaseName | null {
  const here = printed.first('deploy-physical') ?? '';
  const whole = text.startsWith('/') ? text : `${here}/${text}`;
  const asked = printed.first('deploy-asked') ?? here;
  return (
    releaseBelow(`${here}/releases`, whole) ??
    releaseBelow(`${asked}/releases`, whole) ??
    releaseBelow(printed.first('releases-path'), whole)
  );
}

function releaseBelow(releases: string | null, path: string | null): ReleaseName | null {
  if (releases === null || path === null) return null;
  const plain = path.replaceAll(/\/(\.?\/)+/g, '/').replace(/\/+$/, '');
  if (!plain.startsWith(`${releases}/`)) return null;
  const name = plain.slice(releases.length + 1);
  return isReleaseName(name) ? name : null;
}

function lockIn(printed: Printed): LockFacts {
  if (printed.first('lock') === null || printed.isGone(holderFile('.'))) return { kind: 'free' };
  const holder = holderIn(printed.file(holderFile('.')));
  return holder === null ? { kind: 'unnamed' } : { kind: 'held', holder, owner: ownerIn(printed) };
}

function ownerIn(printed: Printed): OwnerFacts {
  const [beat, now] = [printed.first('beat'), printed.first('now')].map((text) =>
    /^\d+$/.test(text ?? '') ? Number(text) : null,
  );
  const isTold = typeof beat === 'number' && typeof now === 'number';
  return { step: printed.file(stepFile('.')), silentMs: isTold ? (now - beat) * 1000 : null };
}

function sharedIn(printed: Printed): HostFacts['shared'] {
  const kinds = ['missing', 'empty', 'file', 'directory', 'other'] as const;
  return Object.fromEntries(kinds.flatMap((kind) => printed.all(`shared-${kind}`).map((to) => [to, kind] as const)));
}

function treesIn(printed: Printed): HostFacts['trees'] {
  const refs = printed.all('tree').map((line) => line.split(' '));
  const named = refs.filter(([ref, tree]) => ref?.startsWith(releaseRefs) && /^[0-9a-f]{40,64}$/.test(tree ?? ''));
  return Object.fromEntries(named.map(([ref = '', tree = '']) => [ref.slice(releaseRefs.length), tree]));
}

/** Blocks for users, bytes in a block, inodes in all and free ones; file systems without a fixed number of inodes say 0. */
function freeIn(printed: Printed): Pick<HostFacts, 'freeKilobytes' | 'freeInodes'> {
  const [, blocks, blockBytes, inodes, freeInodes] =
    /^(\d+) (\d+) (\d+) (\d+)$/.exec(printed.first('free') ?? '') ?? [];
  return {
    freeKilobytes: blocks && blockBytes ? Math.floor((Number(blocks) * Number(blockBytes)) / 1024) : null,
    freeInodes: freeInodes && Number(inodes) > 0 ? Number(freeInodes) : null,
  };
}

function weightIn(printed: Printed): number | null {
  const told = printed.first('weight') ?? '';
  return /^\d{1,15}$/.test(told) ? Number(told) : null;
}
