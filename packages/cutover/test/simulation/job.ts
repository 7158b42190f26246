import type { SegmentStep } from '../../src/remote/session.ts';
import type { Machine } from './machine.ts';
import { chanceOf } from './random.ts';
import type { World } from './world.ts';

/** What is told of a running segment. */
export type Word =
  | { readonly kind: 'began'; readonly step: string }
  | { readonly kind: 'said'; readonly step: string; readonly text: string }
  | { readonly kind: 'ended'; readonly step: string; readonly code: number }
  | { readonly kind: 'over'; readonly code: number | 'stopped' };

export interface JobParts {
  readonly world: World;
  readonly machine: Machine;
  readonly driver: string;
  readonly deployment: string;
  readonly steps: readonly SegmentStep[];
}

/** A segment that runs on a machine, whoever listens; its journal is what was said so far. */
export class Job {
  readonly driver: string;
  readonly #parts: JobParts;
  readonly #journal: Word[] = [];
  #step: string | null = null;
  #hear: ((word: Word) => void) | null = null;
  #isOver = false;

  constructor(parts: JobParts) {
    this.driver = parts.driver;
    this.#parts = parts;
    parts.machine.jobs.add(this);
    void this.#run();
  }

  get deployment(): string {
    return this.#parts.deployment;
  }

  get isFollowed(): boolean {
    return this.#hear !== null;
  }

  /** Tells what comes after the first `heard` words, from now on. */
  follow(heard: number, hear: (word: Word) => void): void {
    this.#hear = hear;
    for (const word of this.#journal.slice(heard)) hear(word);
  }

  unfollow(hear: (word: Word) => void): void {
    if (this.#hear === hear) this.#hear = null;
  }

  /** Ends its process group: what has not happened yet does not happen any more. `stop` was asked for; `kill` was not. */
  end(how: 'stop' | 'kill'): void {
    if (this.#isOver) return;
    if (how === 'kill' && this.#step !== null) this.#say({ kind: 'ended', step: this.#step, code: 137 });
    this.#over(how === 'kill' ? 137 : 'stopped');
  }

  async #run(): Promise<void> {
    for (const step of this.#parts.steps) {
      this.#step = step.id;
      this.#say({ kind: 'began', step: step.id });
      const code = await this.#do(step);
      if (this.#isOver) return;
      this.#step = null;
      this.#say({ kind: 'ended', step: step.id, code });
      if (code !== 0 && !step.mayFail) return this.#over(code);
    }
    this.#over(0);
  }

  async #do(step: SegmentStep): Promise<number> {
    const { world, machine, driver, deployment } = this.#parts;
    const fault = world.faultAt({ driver, host: machine.name, step: step.id });
    if (fault.kind === 'step-hangs') return new Promise(() => {});
    const draw = chanceOf(world.scenario.seed, driver, machine.name, step.id, fault.time);
    const wholeMs = machine.spec.stepMs * (0.2 + 1.6 * draw) * machine.slowness;
    const hadLock = machine.hasLock(deployment);
    await world.time.sleep(wholeMs / 2);
    if (this.#isOver) return 137;
    if (fault.moment === 'before') return 1;
    if (step.id === 'end-runs') this.#endOthers();
    const code = machine.apply({ driver, deployment, step: step.id, effect: step.effect, hadLock });
    if (step.id === 'serves' && machine.memory.current !== null)
      this.#say({ kind: 'said', step: step.id, text: `releases/${machine.memory.current}\n` });
    await world.time.sleep(wholeMs / 2);
    return fault.moment === 'after' ? 1 : code;
  }

  /** What a dead driver left running of the same deployment. */
  #endOthers(): void {
    const { machine, deployment, driver } = this.#parts;
    for (const job of machine.jobs) if (job.deployment === deployment && job.driver !== driver) job.end('stop');
  }

  #say(word: Word): void {
    this.#journal.push(word);
    this.#hear?.(word);
  }

  #over(code: number | 'stopped'): void {
    this.#isOver = true;
    this.#parts.machine.jobs.delete(this);
    this.#say({ kind: 'over', code });
  }
}
