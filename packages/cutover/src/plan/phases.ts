import type { Effect } from '../model/effect.ts';
import type { Host, HostName } from '../model/host.ts';
import type { Hook, HookPhase } from '../model/settings.ts';
import { balanced } from './balancing.ts';
import { batchesOf } from './batches.ts';
import type { Job, Site } from './job.ts';
import type { Phase, Step } from './plan.ts';
import { check } from './steps/check.ts';
import { extend } from './steps/confirm.ts';
import { hook } from './steps/hook.ts';
import { prove } from './steps/proof.ts';

/** A phase of the hosts that have something to do in it; null when none has. */
export function phase(parts: {
  readonly name: string;
  readonly steps: readonly (readonly [HostName, readonly (Step | null)[]])[];
  readonly waits?: boolean;
  readonly onFailure?: Phase['onFailure'];
}): Phase | null {
  const busy = parts.steps
    .map(([host, steps]) => [host, steps.filter((step) => step !== null)] as const)
    .filter(([, steps]) => steps.length > 0);
  if (busy.length === 0) return null;
  return {
    name: parts.name,
    waits: parts.waits ?? false,
    batches: [busy.map(([host]) => host)],
    steps: Object.fromEntries(busy),
    onFailure: parts.onFailure ?? 'undo',
  };
}

/** The same steps, made for each site. */
export function atSites<S extends Step | null>(
  sites: readonly Site[],
  make: (site: Site) => readonly S[],
): readonly (readonly [HostName, readonly S[]])[] {
  return sites.map((site) => [site.host.name, make(site)] as const);
}

/**
 * The point of no return: first every host is given its whole time once more, then each is told that the release stays. One host needs no
 * more time, nor do hosts that have all swapped this moment.
 */
export function confirmation(
  job: Job,
  sites: readonly Site[],
  parts: { readonly activated: readonly (Phase | null)[]; readonly confirmed: (site: Site) => Step },
): readonly (Phase | null)[] {
  const needsTime = sites.length > 1 && !isSwapAlone(parts.activated.findLast((each) => each !== null));
  return [
    needsTime ? phase({ name: 'extend', steps: atSites(sites, (site) => [extend(job, site)]), waits: true }) : null,
    phase({ name: 'confirm', steps: atSites(sites, (site) => [parts.confirmed(site)]), waits: true }),
  ];
}

/** Whether all that happens in a phase, on all hosts at once, is that they swap. */
export function isSwapAlone(last: Phase | undefined): boolean {
  if (last?.batches.length !== 1) return false;
  return Object.values(last.steps).every(([only, ...more]) => only?.effect.kind === 'activate' && more.length === 0);
}

/** The user's hooks before or after a phase: one phase for each stretch of hooks that run on the same hosts. */
export function hookPhases(job: Job, when: Hook['when'], around: HookPhase): readonly (Phase | null)[] {
  const hooks = job.wish.settings.hooks.filter((entry) => entry.when === when && entry.phase === around);
  return stretches(hooks).map((group) =>
    phase({
      name: `${when} ${around}`,
      steps: takingPart(job)
        .filter((host) => group[0]?.hosts.includes(host.name))
        .map((host) => [host.name, group.map((entry) => hook(job, host, entry))]),
      waits: true,
      onFailure: around === 'finish' ? 'warn' : 'undo',
    }),
  );
}

/** What puts a release in service: the swap of each host, and what all hosts do before any swaps. */
export interface Activation {
  readonly start: Phase | null;
  /** What is looked at last, when all that is slow is over. */
  readonly lastLook: Phase | null;
  /** What makes each host ready to swap at a word. */
  readonly arm: readonly (readonly [HostName, readonly Step[]])[];
  readonly swap: readonly (readonly [HostName, readonly Step[]])[];
}

/** The phases that put a release in service. */
export function putInService(job: Job, activation: Activation): readonly (Phase | null)[] {
  return job.wish.settings.batch.kind === 'all' ? atOnce(job, activation) : rolling(job, activation);
}

/** Activation of everything at once: swap, then hooks, then checks, each behind a barrier. */
function atOnce(job: Job, { start, lastLook, arm, swap }: Activation): readonly (Phase | null)[] {
  return [
    ...hookPhases(job, 'before', 'activate'),
    start,
    lastLook,
    phase({ name: 'arm', steps: arm }),
    phase({ name: 'activate', steps: swap, waits: true }),
    ...hookPhases(job, 'after', 'activate'),
    ...hookPhases(job, 'before', 'check'),
    phase({
      name: 'check',
      steps: takingPart(job).map((host) => [host.name, checksOf(job, host)]),
      waits: true,
    }),
    ...hookPhases(job, 'after', 'check'),
  ];
}

/** Activation batch by batch: each batch is swapped, hooked and checked before the next one begins; hosts without code come last. */
function rolling(job: Job, { start, lastLook, arm, swap }: Activation): readonly (Phase | null)[] {
  const arms = new Map(arm);
  const swaps = new Map(swap);
  const steps = (host: Host): readonly [HostName, readonly Step[]] => [
    host.name,
    [...(arms.get(host.name) ?? []), ...(swaps.get(host.name) ?? []), ...afterSwap(job, host)],
  ];
  const [coded, bare] = [true, false].map((code) => takingPart(job).filter((host) => host.receivesCode === code));
  const swapping = phase({ name: 'activate', steps: (coded ?? []).map(steps), waits: true });
  return [
    ...hookPhases(job, 'before', 'activate'),
    start,
    lastLook,
    ...(swapping === null
      ? []
      : balanced(job, { ...swapping, batches: batchesOf(swapping.batches.flat(), job.wish.settings.batch) })),
    phase({ name: 'after activate', steps: (bare ?? []).map(steps), waits: true }),
    ...hookPhases(job, 'after', 'check'),
  ];
}

/**
 * Phases in order, without those that have nothing to do; names that recur are numbered. What follows hooks waits for them on all hosts, and so
 * does for the locks what one host may not do without the others; one host never waits for itself.
 */
export function arranged(phases: readonly (Phase | null)[]): readonly Phase[] {
  const real = phases.filter((entry) => entry !== null);
  const isAlone = new Set(real.flatMap((entry) => Object.keys(entry.steps))).size === 1;
  const joint = real[firstJoint(real)];
  const seen = new Map<string, number>();
  return real.map((entry, i) => {
    const count = (seen.get(entry.name) ?? 0) + 1;
    seen.set(entry.name, count);
    const waits = !isAlone && (entry.waits || entry === joint || isAwaited(real[i - 1]));
    return { ...entry, name: count === 1 ? entry.name : `${entry.name} ${count}`, waits };
  });
}

/**
 * The index of the first phase that no host begins before the locks of all are held; -1 where there is none. What puts a release in service is made ready on each host as
 * soon as its own lock is held, for nobody sees it and it is taken back; anything else of such a plan, and all of another one, waits.
 */
export function firstJoint(phases: readonly Phase[]): number {
  const isRelease = phases.some((entry) => effectsOf(entry).includes('activate'));
  return phases.findIndex((entry) =>
    effectsOf(entry).some((kind) => kind !== 'lock' && !(isRelease && own.includes(kind))),
  );
}

/** What a host does by itself, under its own lock, for a release that is not in service. */
const own: readonly Effect['kind'][] = [
  'look',
  'note',
  'create',
  'receive',
  'build',
  'verify',
  'arm',
  'prune',
  'purge',
];

function effectsOf({ steps }: Phase): readonly Effect['kind'][] {
  return Object.values(steps).flatMap((each) => each.map(({ effect }) => effect.kind));
}

function isAwaited(before: Phase | undefined): boolean {
  return before !== undefined && /^(before |after )/.test(before.name);
}

function stretches(hooks: readonly Hook[]): readonly (readonly Hook[])[] {
  const groups: Hook[][] = [];
  for (const entry of hooks) {
    const last = groups.at(-1);
    if (last && String(last[0]?.hosts) === String(entry.hosts)) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** What a batch does on a host behind its swap. */
function afterSwap(job: Job, host: Host): readonly Step[] {
  const places = ['after activate', 'before check'];
  const hooks = job.wish.settings.hooks.filter(
    (entry) => places.includes(`${entry.when} ${entry.phase}`) && entry.hosts.includes(host.name),
  );
  const inOrder = hooks.toSorted(
    (a, b) => places.indexOf(`${a.when} ${a.phase}`) - places.indexOf(`${b.when} ${b.phase}`),
  );
  return [...inOrder.map((entry) => hook(job, host, entry)), ...checksOf(job, host)];
}

/** What the web server serves is proven before anything is asked about how well it does. */
function checksOf(job: Job, host: Host): readonly Step[] {
  const checks = job.wish.settings.checks
    .filter((entry) => entry.hosts.includes(host.name))
    .map((entry) => check(job, host, entry));
  const proof = prove(job, host);
  return proof === null ? checks : [proof, ...checks];
}

/** The hosts that this deployment changes, and those where only hooks run. */
function takingPart(job: Job): readonly Host[] {
  return job.wish.settings.hosts.filter((host) => host.name in job.previous || !host.receivesCode);
}
