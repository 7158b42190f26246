import type { ActivationFacts } from '../model/facts.ts';
import type { HostName } from '../model/host.ts';
import { hasServed, type ReleaseName, stateOf } from '../model/release.ts';
import { assemble } from './assemble.ts';
import { holderFor, recordOf, type Site, sitesOf, type Wish } from './job.ts';
import { atSites, phase } from './phases.ts';
import type { Plan, Step } from './plan.ts';
import { obstaclesOf } from './preconditions.ts';
import { type Planned, type Refusal, refused } from './refusal.ts';
import { prune } from './steps/prune.ts';
import { goBack, keepServing, setAside, sweepLeftovers } from './steps/recover.ts';

/** What is wrong with one host, as far as `recover` can put it right. */
export interface Damage {
  /** The activation that nobody confirmed and that no guard takes back: its deployment is dead. */
  readonly unconfirmed: ActivationFacts | null;
  /** Releases that were never finished, or never served, by deployments that are dead. */
  readonly half: readonly ReleaseName[];
  /** Files of ours that cannot be understood. */
  readonly unclear: readonly string[];
  /** What dead deployments left below the deploy path. */
  readonly leftovers: readonly string[];
  /** A lock is taken over, or what the guard left is put away. */
  readonly isLocked: boolean;
}

/**
 * The plan that heals the hosts: locks of dead deployments, half releases, leftovers, files that cannot be understood, and activations
 * that nobody confirmed. Those are kept where all hosts serve the same, and taken back where that makes them the same again.
 */
export function planRecover(wish: Wish): Planned<Plan> {
  const sites = sitesOf(wish);
  if (sites.length === 0) return refused([{ kind: 'no-hosts' }]);
  const obstacles = obstaclesOf(sites, wish.settings).filter(({ kind }) => !healed.has(kind));
  if (obstacles.length > 0) return refused(obstacles);
  const choice = choiceFor(sites);
  const plan = assemble({
    wish,
    kind: 'recover',
    sites,
    holder: holderFor(wish, 'recover', 'recover'),
    release: null,
    revision: null,
    phases: [phase({ name: 'recover', steps: atSites(sites, (site) => stepsAt(wish, site, choice)), waits: true })],
    notes: choice === 'differ' ? [differSentence(sites)] : [],
  });
  return { ok: true, plan };
}

/** What does not keep a host from being healed: damaged records are, and whose project it is decides nothing then. */
const healed: ReadonlySet<Refusal['kind']> = new Set(['damaged-records', 'other-project']);

/** What is wrong with a host. */
export function damageOf(site: Site): Damage {
  const { facts, serves } = site;
  const open = facts.activations.find(
    ({ verdict, isGuarded, release }) => verdict === 'open' && !isGuarded && release === serves,
  );
  const stays = new Set([serves, open?.previous]);
  const living = facts.lock.kind === 'held' && site.takesOver === null ? facts.lock.holder.deployment : null;
  return {
    unconfirmed: open ?? null,
    half: facts.records
      .filter((record) => !hasServed(record) && ['building', 'ready'].includes(stateOf(record)))
      .filter((record) => !stays.has(record.name) && record.deployment !== living)
      .map(({ name }) => name),
    unclear: facts.damagedRecords,
    leftovers: facts.leftovers.filter((path) => living === null || !path.includes(living)),
    isLocked: site.takesOver !== null || facts.activations.some(({ verdict }) => verdict === 'reverted'),
  };
}

/** Whether there is anything to heal. */
export function isSound({ unconfirmed, half, unclear, leftovers, isLocked }: Damage): boolean {
  return unconfirmed === null && half.length + unclear.length + leftovers.length === 0 && !isLocked;
}

type Choice = 'keep' | 'go back' | 'differ';

/** What becomes of activations that nobody confirmed. */
function choiceFor(sites: readonly Site[]): Choice {
  if (isOne(sites.map(({ serves }) => serves))) return 'keep';
  return isOne(sites.map(servedAfterGoingBack)) ? 'go back' : 'differ';
}

function servedAfterGoingBack(site: Site): ReleaseName | null {
  const previous = damageOf(site).unconfirmed?.previous ?? null;
  return previous !== null && site.facts.directories.includes(previous) ? previous : site.serves;
}

function isOne(releases: readonly (ReleaseName | null)[]): boolean {
  return new Set(releases).size === 1;
}

function stepsAt(wish: Wish, site: Site, choice: Choice): readonly (Step | null)[] {
  const { unconfirmed, half, unclear, leftovers } = damageOf(site);
  return [
    unclear.length > 0 ? setAside(wish, site, unclear) : null,
    ...(unconfirmed === null ? [] : settled(wish, site, { activation: unconfirmed, choice })),
    half.length > 0 ? prune(wish, site, { releases: half, removal: 'now' }) : null,
    leftovers.length > 0 ? sweepLeftovers(wish, site, leftovers) : null,
  ];
}

function settled(
  wish: Wish,
  site: Site,
  parts: { readonly activation: ActivationFacts; readonly choice: Choice },
): readonly (Step | null)[] {
  const { activation, choice } = parts;
  const record = recordOf(site, activation.release);
  if (choice === 'keep') return [record && keepServing(wish, site, { activation, record })];
  return choice === 'go back' ? goBack(wish, site, { activation, record }) : [];
}

function differSentence(sites: readonly Site[]): string {
  const told = sites.map(({ host, serves }): [HostName, string] => [host.name, serves ?? 'nothing']);
  const list = told.map(([host, serves]) => `${host}: ${serves}`).join(', ');
  return `The hosts serve different releases (${list}), and which is wanted cannot be known: deploy again, or name one with "cutover rollback <release>".`;
}
