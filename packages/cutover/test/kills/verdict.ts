import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Event, EventOf } from '../../src/events/event.ts';
import { fold } from '../../src/events/fold.ts';
import { type DeploymentState, initialState } from '../../src/events/state.ts';
import type { ReleaseName } from '../../src/model/release.ts';
import { stateOf } from '../../src/model/release.ts';
import type { Called } from '../kit/call.ts';
import type { Wish } from './draw.ts';
import type { Running } from './running.ts';
import { type Site, traces } from './site.ts';
import { assertSound, lasting } from './soundness.ts';

/** How a command ended: as it said, or not at all. */
export type End = 'succeeded' | 'undone' | 'stuck' | 'refused' | 'died';

/** A site before a command. */
export interface Before {
  readonly serves: ReadonlyMap<string, ReleaseName | null>;
  readonly lasting: ReadonlyMap<string, readonly ReleaseName[]>;
}

/** What is asked of a site before it is changed. */
export function before(site: Site): Before {
  return {
    serves: new Map(site.hosts.map((host) => [host, site.shop.serves(host)])),
    lasting: new Map(site.hosts.map((host) => [host, lasting(site, host)])),
  };
}

/** What must come of a deployment, whatever strikes it; null where much can. */
export type Must = 'fail' | 'succeed' | null;

/** A command that is over. */
export interface Over {
  readonly run: Running;
  readonly called: Called;
  readonly wish: Pick<Wish, 'hooks' | 'undoable'>;
  readonly round: string;
  /** What was done to it. */
  readonly story: string;
  /** It may also be refused, before anything is changed. */
  readonly must?: Must;
  /** Whether it goes on with a deployment whose driver died, or takes it back. */
  readonly isReturn?: boolean;
  /** Whether it was told to take it back. */
  readonly takesBack?: boolean;
}

/** What must hold when it is over, before anybody heals anything. */
export function judge(site: Site, over: Over, was: Before): End {
  const { called, run } = over;
  const story = [over.story, ...run.events.flatMap(toldOf), `exit ${called.code}`, called.err].join('\n');
  const state = run.events.reduce(fold, initialState);
  for (const host of site.hosts) {
    assertSound(site, host, story);
    assertKept(site, { host, was, story });
  }
  const told = run.events.findLast((event) => event.type === 'deployment.ended');
  const end = endOf(over, told, story);
  for (const host of site.hosts) {
    const at = { site, host, was, state, story };
    // What a dead driver has left is as it is where nobody may go on with it.
    if (over.isReturn && end === 'refused') continue;
    assertServes(at, end);
    if (end !== 'died') assertUnlocked(at);
    if (end === 'undone') assertNothingLeft(at);
    assertOnce(at, over, end);
  }
  if (end !== 'died' && end !== 'refused') assert.deepEqual(state.doubts, [], story);
  if (over.must === 'fail') assert.notEqual(end, 'succeeded', story);
  if (over.must === 'succeed') assert.ok(end === 'succeeded' || end === 'refused' || isExcused(state), story);
  return end;
}

/** Two things end a deployment though nothing grave was done to it: on a very busy machine a host may wait too long for its confirmation, and whoever is killed while they make a journal leave one that nobody can read. */
function isExcused({ failures }: DeploymentState): boolean {
  return failures.some(
    ({ step, failure }) =>
      step === 'extend' || step === 'confirm' || (failure.kind === 'lost' && failure.isFinal === true),
  );
}

/** Whoever wants a deployment taken back has succeeded when it is: that ends with 0. */
const exits = { succeeded: [0], undone: [1, 130], takenBack: [0], stuck: [5] } as const;

/** A driver that was killed has no exit code, and may have come to the end just before. */
function endOf(
  { called: { code }, takesBack = false }: Over,
  told: EventOf<'deployment.ended'> | undefined,
  story: string,
): End {
  if (code === -1) return 'died';
  if (told === undefined) {
    assert.equal(code, 3, story);
    return 'refused';
  }
  assert.ok(
    exits[takesBack && told.outcome === 'undone' ? 'takenBack' : told.outcome].some((exit) => exit === code),
    story,
  );
  return told.outcome;
}

/** A host, what is known of it, and what happened. */
interface Case {
  readonly site: Site;
  readonly host: string;
  readonly was: Before;
  readonly state: DeploymentState;
  readonly story: string;
}

/** All new, all old, or named; and what was told of it is what it serves. */
function assertServes({ site, host, was, state, story }: Case, end: End): void {
  const serves = site.shop.serves(host);
  const old = was.serves.get(host) ?? null;
  const fresh = state.about?.release ?? old;
  const told = state.serving[host];
  const isNamed = state.stuck.includes(host);
  if (end === 'succeeded') {
    assert.equal(serves, fresh, `${host} does not serve the new release\n${story}`);
    assert.equal(stateOf(site.shop.record(host, serves ?? '')), 'live', `${host}\n${story}`);
  } else if (end === 'died' || isNamed)
    assert.ok(serves === old || serves === fresh, `${host} serves ${serves}\n${story}`);
  else assert.equal(serves, old, `${host} does not serve what it served before, and is not named\n${story}`);
  if (told?.kind === 'nothing') assert.equal(serves, null, story);
  if (told?.kind === 'release' && !isNamed) assert.equal(told.release, serves, `${host}\n${story}`);
}

/** A lock that is left is named, or belongs to a driver that died. */
function assertUnlocked({ site, host, state, story }: Case): void {
  if (!site.shop.isLocked(host)) return;
  const isNamed =
    state.stuck.includes(host) ||
    state.warnings.some((warning) => warning.host === host && warning.during === 'closing');
  assert.ok(isNamed, `${host} keeps a lock and is not named\n${story}`);
}

/** Nothing that could be gone back to was removed. */
function assertKept({ shop }: Site, at: { readonly host: string; readonly was: Before; readonly story: string }): void {
  for (const release of at.was.lasting.get(at.host) ?? [])
    assert.ok(
      existsSync(join(shop.path(at.host), 'releases', release, 'index.html')),
      `${at.host} has lost ${release}\n${at.story}`,
    );
}

/** No hook ran twice, nor its undo; of what succeeded each ran, though the last ones may fail; of what was put back each was taken back that ran. */
function assertOnce({ site, host, state, story }: Case, over: Over, end: End): void {
  const { hooks, undoable } = over.wish;
  const left = traces(site, host, over.round);
  // The dead driver may have taken back before, and an undo may run twice.
  const once = over.isReturn ? left.filter((line) => !line.startsWith('undo ')) : left;
  assert.deepEqual([...new Set(once)], once, `${host}: a hook ran twice\n${story}`);
  if (end === 'refused') assert.deepEqual(left, [], `${host}\n${story}`);
  const counts = (points: readonly string[]): readonly string[] => points.filter((point) => !point.endsWith(' finish'));
  if (end === 'succeeded') assert.deepEqual(counts(left), counts(hooks), `${host} left hooks out\n${story}`);
  if (end !== 'undone' || over.isReturn) return;
  // One that was ended in the moment in which it began may not have come to leave its trace: it is taken back all the same.
  const wasEnded = (point: string) => state.failures.some((at) => at.host === host && at.title?.includes(point));
  const due = undoable.filter((point) => left.includes(point) || (wasEnded(point) && left.includes(`undo ${point}`)));
  assert.deepEqual(
    left.filter((line) => line.startsWith('undo ')),
    due.toReversed().map((point) => `undo ${point}`),
    `${host} took back other hooks than ran\n${story}`,
  );
}

/** What was put back leaves no record as anything but failed, and a directory only with one: where it was in service. */
function assertNothingLeft({ site: { shop }, host, state, story }: Case): void {
  const release = state.about?.release ?? null;
  if (release === null || state.about?.kind !== 'deploy') return;
  if (shop.releases(host).includes(release) || shop.records(host).includes(release))
    assert.equal(stateOf(shop.record(host, release)), 'failed', `${host}\n${story}`);
}

function toldOf({ seq: _, at, ...event }: Event): readonly string[] {
  return event.type === 'deployment.started' ? [] : [`${at} ${Object.values(event).map(plain).join(' ')}`];
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
