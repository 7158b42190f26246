import type { Result } from '../../src/engine/execute.ts';
import { fold } from '../../src/events/fold.ts';
import { initialState } from '../../src/events/state.ts';
import { stateOf } from '../../src/model/release.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { servesSoundly } from '../../src/remote/memory/sound.ts';
import type { Driver } from './driver.ts';
import type { Law } from './law.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** What must hold when nothing moves any more, before anybody heals anything. */
export function judge(world: World, drivers: readonly Driver[], law: Law): void {
  for (const machine of world.machines.values()) {
    if (!servesSoundly(machine.memory))
      law.breach(`${machine.name} serves ${machine.memory.current}, which is unsound`);
    judgeLock(machine, drivers, law);
    judgeGuards(machine, law);
  }
  for (const driver of drivers) judgeDriver(driver, law);
}

/** A lock that is left belongs to a driver that died, or that named the host as one where it could not finish. */
function judgeLock({ name, memory }: Machine, drivers: readonly Driver[], law: Law): void {
  if (memory.lock === null) return;
  const owner = drivers.findLast(({ deployment }) => deployment === memory.lock?.deployment);
  if (!owner) return law.breach(`${name}: nobody knows the holder of the lock`);
  if (owner.end === 'died') return;
  const named =
    owner.end !== null &&
    owner.end !== 'refused' &&
    (owner.end.stuck.includes(name) ||
      owner.events.some((event) => event.type === 'closing.failed' && event.host === name));
  if (!named) law.breach(`${name} keeps the lock of ${owner.name}, which has ended and does not say so`);
}

/** A host that was not restarted since and still has the lock of that deployment has decided by now: one way or the other. */
function judgeGuards({ name, memory }: Machine, law: Law): void {
  for (const [deployment, { verdict, dueMs }] of memory.guards)
    if (verdict === 'open' && Number.isFinite(dueMs) && memory.lock?.deployment === deployment)
      law.breach(`${name} serves for ever what nobody has confirmed`);
}

function judgeDriver(driver: Driver, law: Law): void {
  const { end, plan } = driver;
  if (end === null) return law.breach(`${driver.name} never ends`);
  if (end === 'refused' || plan === null) return;
  judgeEvents(driver, law);
  if (end !== 'died') judgeResult(driver, { plan, end }, law);
}

function judgeEvents({ name, events, end }: Driver, law: Law): void {
  const state = events.reduce(fold, initialState);
  if (state.doubts.length > 0) law.breach(`the events of ${name} leave doubts: ${JSON.stringify(state.doubts)}`);
  const outcome = typeof end === 'object' && end !== null ? end.outcome : null;
  if (end !== 'died' && state.outcome !== outcome)
    law.breach(`the events of ${name} fold to ${state.outcome}, not ${outcome}`);
}

function judgeResult(driver: Driver, { plan, end }: { readonly plan: Plan; readonly end: Result }, law: Law): void {
  for (const host of Object.keys(plan.paths)) {
    const left = law.leftBy(plan, host);
    const wanted =
      end.outcome === 'succeeded' ? (plan.release ?? plan.basis[host] ?? null) : (plan.basis[host] ?? null);
    const isMoved = plan.kind === 'recover' && end.outcome === 'succeeded';
    if (left !== wanted && !isMoved && !end.stuck.includes(host))
      law.breach(
        `${driver.name} says ${end.outcome}, and ${host}, which it does not name, was left with ${left} instead of ${wanted}`,
      );
    const told = end.serving[host];
    const seen = law.seenBy(plan, host) ?? null;
    if (told && told.kind !== 'unknown' && (told.kind === 'release' ? told.release : null) !== seen)
      law.breach(`${driver.name} says that ${host} serves ${JSON.stringify(told)}; it served ${seen}`);
  }
}

/** What must hold after the next deployment, which nothing disturbs: all new, no lock, nothing unfinished that is not said to be. */
export function judgeHealed(world: World, healer: Driver, law: Law): void {
  const { end, plan } = healer;
  if (typeof end !== 'object' || end?.outcome !== 'succeeded')
    return law.breach(
      `the next deployment does not succeed: ${JSON.stringify(typeof end === 'object' ? end?.cause : end)}`,
    );
  for (const { name, memory } of world.machines.values()) {
    if (memory.current !== plan?.release) law.breach(`${name} serves ${memory.current} after the next deployment`);
    if (memory.lock) law.breach(`${name} is locked after the next deployment`);
    const record = memory.records.get(memory.current ?? '');
    if (!record || stateOf(record) !== 'live') law.breach(`${name} has no record of what it serves as live`);
  }
}
