import type { HostName } from '../../src/model/host.ts';
import type { Fleet, OpenFailure, Session } from '../../src/remote/session.ts';
import { type Caller, Link } from './link.ts';
import { chanceOf } from './random.ts';
import type { World } from './world.ts';

const connectMs = 10_000;

/** The connections of one driver. */
export class Wires implements Fleet {
  readonly #world: World;
  readonly #caller: Caller;
  readonly #links = new Map<HostName, Link>();
  readonly #down = new Set<HostName>();

  constructor(world: World, caller: Caller) {
    this.#world = world;
    this.#caller = caller;
  }

  async session(host: HostName, signal: AbortSignal): Promise<Session | OpenFailure> {
    const open = this.#links.get(host);
    if (open && !open.isLost) return open;
    const machine = this.#world.machine(host);
    await this.#world.time.sleep(machine.spec.roundTripMs * 3);
    if (!this.#isReachable(host)) await this.#patience(signal);
    if (!this.#caller.isAlive()) return new Promise(() => {});
    if (signal.aborted) return { kind: 'cancelled' };
    if (!this.#isReachable(host)) return { kind: 'unreachable', reason: 'no-answer', message: `${host} is away.` };
    const link = new Link(this.#world, this.#caller, machine);
    this.#links.set(host, link);
    return link;
  }

  here(): Session {
    throw new TypeError('No plan of the simulation runs anything on the machine of the driver.');
  }

  close(): Promise<void> {
    for (const link of this.#links.values()) void link.close();
    return Promise.resolve();
  }

  /** Short troubles are ridden out by TCP, or reset the connection; longer ones end it, and no new one can be made. */
  trouble(host: HostName, forMs: number): void {
    const link = this.#links.get(host);
    if (forMs <= 50) return link?.break({ hereMs: 20, thereMs: this.#drawn(host, 'reset') * 200 });
    if (forMs <= 500) return link?.stall(forMs);
    this.#down.add(host);
    this.#world.time.after(forMs, () => this.#down.delete(host));
    link?.break({ hereMs: this.#drawn(host, 'here') * 20_000, thereMs: this.#drawn(host, 'there') * 40_000 });
  }

  /** The machine at the other end went down. */
  wentDown(host: HostName): void {
    this.#links.get(host)?.break({ hereMs: this.#drawn(host, 'down') * 20_000, thereMs: 0 });
  }

  /** The driver's machine sleeps. */
  sleep(forMs: number): void {
    for (const link of this.#links.values()) link.stall(forMs);
  }

  /** The driver is dead: its system closes what it had open, or the machine is gone and nobody does. */
  died(): void {
    for (const [host, link] of this.#links) {
      const draw = this.#drawn(host, 'died');
      link.break({ hereMs: 0, thereMs: draw < 0.8 ? draw * 50 : draw * 200_000 });
    }
  }

  #isReachable(host: HostName): boolean {
    return this.#world.machine(host).isUp && !this.#down.has(host);
  }

  #drawn(host: HostName, what: string): number {
    return chanceOf(this.#world.scenario.seed, this.#caller.name, host, what);
  }

  async #patience(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = (): void => resolve();
    this.#world.time.after(connectMs, resolve);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    await promise;
    signal.removeEventListener('abort', stop);
  }
}
