import { Readable } from 'node:stream';
import { execute, type Result } from '../../src/engine/execute.ts';
import { resume, takeBack } from '../../src/engine/take-back.ts';
import type { Event } from '../../src/events/event.ts';
import type { HostFacts } from '../../src/model/facts.ts';
import type { ByHost } from '../../src/model/host.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { isOpenFailure } from '../../src/remote/session.ts';
import { noonMs } from '../kit/wishes.ts';
import type { Law } from './law.ts';
import { type Caller, reconnectMs } from './link.ts';
import { chanceOf } from './random.ts';
import { isReturn, obstacleTo } from './returns.ts';
import type { Safeguard } from './safeguards.ts';
import type { DriverSpec, ReturnKind } from './scenario.ts';
import { Wires } from './wires.ts';
import { factsOf, planFor } from './wishes.ts';
import type { World } from './world.ts';

/** How a driver came to its end. */
export type DriverEnd = 'refused' | 'died' | Result;

/** One command that somebody runs: it looks, plans, and carries the plan out. */
export class Driver implements Caller {
  readonly spec: DriverSpec;
  deployment: string;
  readonly wires: Wires;
  readonly events: Event[] = [];
  readonly heard = new Map<string, number>();
  readonly cancel = new AbortController();
  plan: Plan | null = null;
  skewMs = 0;
  end: DriverEnd | null = null;
  readonly #world: World;
  readonly #law: Law;
  readonly #without: ReadonlySet<Safeguard>;

  constructor(spec: DriverSpec, world: World, parts: { readonly law: Law; readonly without: ReadonlySet<Safeguard> }) {
    this.spec = spec;
    this.deployment = `of-${spec.name}`;
    this.wires = new Wires(world, this);
    this.#world = world;
    this.#law = parts.law;
    this.#without = parts.without;
  }

  get name(): string {
    return this.spec.name;
  }

  isAlive(): boolean {
    return this.end !== 'died';
  }

  async run(): Promise<void> {
    const { story, time } = this.#world;
    story.tell(`${this.name} begins: ${this.spec.wish}`);
    if (this.spec.isImpatient) await this.#freeLocks();
    const { confirmed } = this.#law;
    const facts = await this.#look();
    await time.sleep(this.spec.thinksMs);
    if (isReturn(this.spec.wish)) return this.#comeBack(this.spec.wish, facts);
    const nowMs = noonMs + time.sinceMs + this.skewMs;
    const planned = facts && planFor(this.spec.wish, facts, { deployment: this.deployment, by: this.name, nowMs });
    if (!planned?.ok)
      return this.#refused(planned ? planned.refusals.map(({ kind }) => kind).join(', ') : 'a host is away');
    this.plan = this.#without.has('barrier') ? withoutBarriers(planned.plan) : planned.plan;
    this.#law.knows(this.plan, confirmed);
    await this.#endWith(this.#carryOut(this.plan, execute));
  }

  async #endWith(carriedOut: Promise<Result>): Promise<void> {
    const end = await carriedOut;
    if (!this.isAlive()) return;
    this.end = end;
    await this.wires.close();
    this.#world.story.tell(
      `${this.name} ends: ${end.outcome}${end.stuck.map((host) => `, ${host} is stuck`).join('')}`,
    );
  }

  /** What a driver that died left is gone on with, or taken back. */
  async #comeBack(how: ReturnKind, facts: ByHost<HostFacts> | null): Promise<void> {
    const dead = this.#world.drivers.find(({ end, plan }) => end === 'died' && plan !== null);
    if (!dead?.plan || !facts) return this.#refused(dead ? 'a host is away' : 'nobody died');
    const obstacle = obstacleTo(how, dead, facts);
    if (obstacle !== null) return this.#refused(obstacle);
    this.deployment = dead.deployment;
    this.plan = dead.plan;
    await this.#endWith(this.#carryOut(dead.plan, how === 'resume' ? resume : takeBack));
  }

  /** kill -9. */
  die(): void {
    if (this.end !== null) return;
    this.end = 'died';
    this.#world.story.tell(`${this.name} is killed after ${this.events.length} events`);
    this.wires.died();
  }

  #refused(why: string): void {
    if (!this.isAlive()) return;
    this.end = 'refused';
    this.#world.story.tell(`${this.name} is refused before anything is changed: ${why}`);
  }

  async #look(): Promise<Readonly<Record<string, HostFacts>> | null> {
    const signal = new AbortController().signal;
    const found = await Promise.all(
      this.#world.scenario.hosts.map(async ({ name, roundTripMs }) => {
        const session = await this.wires.session(name, signal);
        if (isOpenFailure(session)) return null;
        await this.#world.time.sleep(roundTripMs);
        const machine = this.#world.machine(name);
        return machine.isUp ? ([name, factsOf(machine, machine.clockMs)] as const) : null;
      }),
    );
    const looks = found.filter((entry) => entry !== null);
    return looks.length === found.length ? Object.fromEntries(looks) : null;
  }

  /** As people do who find a lock in their way: it is freed, whoever holds it. */
  async #freeLocks(): Promise<void> {
    const facts = await this.#look();
    for (const [host, { lock }] of Object.entries(facts ?? {})) {
      const { memory } = this.#world.machine(host);
      if (lock.kind !== 'held' || memory.lock?.deployment !== lock.holder.deployment) continue;
      this.#world.story.tell(`${this.name} frees the lock of ${lock.holder.by} on ${host}`);
      memory.lock = null;
    }
  }

  #carryOut(plan: Plan, how: typeof execute): Promise<Result> {
    return how(plan, {
      fleet: this.wires,
      clock: this.#world.time.clock(() => this.skewMs),
      record: (event) => this.#record(event),
      payload: () => Promise.resolve({ kind: 'open', bytes: 0, read: () => Readable.from([]) }),
      secrets: {},
      cancel: this.cancel.signal,
      reconnectMs,
      random: () => chanceOf(this.#world.scenario.seed, this.name, this.#world.time.sinceMs),
      by: this.name,
    });
  }

  #record(event: Event): void {
    if (!this.isAlive()) return;
    this.events.push(event);
    const count = this.events.length;
    const at = (fault: { readonly driver: string; readonly afterEvents: number }): boolean =>
      fault.driver === this.name && fault.afterEvents === count;
    if (event.type === 'step.succeeded')
      for (const fault of this.#world.faultsOf('driver-sleeps'))
        if (fault.driver === this.name && fault.step === event.step) this.#sleep(fault.forMs);
    if (this.#world.faultsOf('cancelled').some(at)) this.#cancelled();
    if (this.#world.faultsOf('driver-dies').some(at)) this.die();
  }

  #sleep(forMs: number): void {
    this.#world.story.tell(`the machine of ${this.name} sleeps for ${forMs / 1000} s`);
    this.wires.sleep(forMs);
  }

  #cancelled(): void {
    this.#world.story.tell(`${this.name} presses Ctrl-C`);
    this.cancel.abort('Ctrl-C');
  }
}

function withoutBarriers(plan: Plan): Plan {
  return { ...plan, phases: plan.phases.map((phase) => ({ ...phase, waits: phase.name === 'lock' })) };
}
