import type { Failure } from '../../src/model/failure.ts';
import type { HostName } from '../../src/model/host.ts';
import type { Progress, Segment, Session } from '../../src/remote/session.ts';
import { Job, type Word } from './job.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

/** How long a host lets a segment run on that nobody follows any more, and how long a driver tries it again. */
export const reconnectMs = 120_000;

/** Whose connection it is, and for what. */
export interface Caller {
  readonly name: string;
  readonly deployment: string;
  /** How many words of each journal it has heard: what it asks for next. */
  readonly heard: Map<string, number>;
  isAlive(): boolean;
}

interface Running {
  readonly segment: Segment;
  readonly progress: Progress;
  readonly resolve: (failure: Failure | null) => void;
  readonly hear: (word: Word) => void;
  job: Job | null;
}

/** A connection to a machine. When it breaks, each end notices on its own time; what runs there goes on for a while. */
export class Link implements Session {
  readonly host: HostName;
  readonly turnMs = null;
  readonly #world: World;
  readonly #caller: Caller;
  readonly #machine: Machine;
  #running: Running | null = null;
  #stalledUntilMs = 0;
  #isBroken = false;
  #isLost = false;

  constructor(world: World, caller: Caller, machine: Machine) {
    this.host = machine.name;
    this.#world = world;
    this.#caller = caller;
    this.#machine = machine;
  }

  /** Whether the driver knows that it is over. */
  get isLost(): boolean {
    return this.#isLost;
  }

  run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    return new Promise((resolved) => {
      if (!this.#caller.isAlive()) return;
      if (this.#isLost) return resolved(lost);
      // A signal that is listened to is kept for ever.
      const resolve = (failure: Failure | null): void => {
        signal.removeEventListener('abort', stop);
        resolved(failure);
      };
      const hear = (word: Word): void => this.#pass(() => this.#hear(running, word));
      const running: Running = { segment, progress, resolve, hear, job: null };
      this.#running = running;
      const stop = (): void => this.#pass(() => running.job?.end('stop'));
      this.#pass(() => this.#begin(running));
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
    });
  }

  close(): Promise<void> {
    this.break({ hereMs: 0, thereMs: 1 });
    return Promise.resolve();
  }

  /** Nothing passes for a while, and all of it arrives afterwards, in order. */
  stall(forMs: number): void {
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, this.#world.time.sinceMs + forMs);
  }

  /** The connection is dead: the driver and the host notice after these times. */
  break(noticed: { readonly hereMs: number; readonly thereMs: number }): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#world.time.after(noticed.hereMs, () => {
      this.#isLost = true;
      if (this.#caller.isAlive()) this.#running?.resolve(lost);
    });
    this.#world.time.after(noticed.thereMs, () => this.#orphan(this.#running));
  }

  /** A segment that is known goes on being followed; another one first ends what this driver left behind. */
  #begin(running: Running): void {
    const { runs } = this.#machine;
    if (!this.#machine.isUp) return;
    const key = this.#keyOf(running.segment);
    const known = runs.get(key);
    for (const job of this.#machine.jobs) if (job.driver === this.#caller.name && job !== known) job.end('stop');
    running.job = known ?? this.#start(running.segment);
    runs.set(key, running.job);
    running.job.follow(this.#caller.heard.get(key) ?? 0, running.hear);
  }

  #start({ steps }: Segment): Job {
    const { name, deployment } = this.#caller;
    const machine = this.#machine;
    return new Job({ world: this.#world, machine, driver: name, deployment, steps: machine.stepsOf(steps) });
  }

  /** Nobody follows it any more: it ends by itself, unless somebody comes back in time. */
  #orphan(running: Running | null): void {
    const job = running?.job;
    if (!job) return;
    job.unfollow(running.hear);
    this.#world.time.after(reconnectMs, () => {
      if (!job.isFollowed) job.end('kill');
    });
  }

  #hear(running: Running, word: Word): void {
    if (this.#isLost || !this.#caller.isAlive()) return;
    const { progress, segment } = running;
    const key = this.#keyOf(segment);
    this.#caller.heard.set(key, (this.#caller.heard.get(key) ?? 0) + 1);
    if (word.kind === 'began') progress.stepBegan(word.step);
    if (word.kind === 'said') progress.stepOutput(word.step, word.text);
    if (word.kind === 'ended') progress.stepEnded(word.step, word.code);
    if (word.kind === 'over') running.resolve(failureOf(word.code));
  }

  #keyOf({ journal, id }: Segment): string {
    return `${this.host} ${journal ?? id}`;
  }

  /** Carries something to the other end, unless the connection breaks meanwhile. */
  #pass(action: () => void): void {
    const { time } = this.#world;
    const waitMs = Math.max(0, this.#stalledUntilMs - time.sinceMs);
    time.after(waitMs + this.#machine.spec.roundTripMs / 2, () => {
      if (!this.#isBroken) action();
    });
  }
}

const lost: Failure = { kind: 'lost', message: 'The connection was lost.' };

function failureOf(code: number | 'stopped'): Failure | null {
  if (code === 'stopped') return { kind: 'cancelled' };
  return code === 0 ? null : { kind: 'exit', code };
}
