import type { Effect } from '../../src/model/effect.ts';
import { ScriptExit } from '../../src/model/failure.ts';
import type { HostName } from '../../src/model/host.ts';
import type { ReleaseName } from '../../src/model/release.ts';
import { restart } from '../../src/remote/memory/guard.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import type { SegmentStep } from '../../src/remote/session.ts';
import { noonMs } from '../kit/wishes.ts';
import type { Job } from './job.ts';
import type { Law } from './law.ts';
import { applySafely, type Safeguard, strikeSafely } from './safeguards.ts';
import type { HostSpec } from './scenario.ts';
import type { Time } from './time.ts';
import { timed } from './timed.ts';

/** What a step is on the machine: whose it is, and whether it is taken back. */
export interface Act {
  readonly driver: string;
  readonly deployment: string;
  readonly step: string;
  readonly effect: Effect;
  /** Whether the deployment had the lock when the step began. */
  readonly hadLock: boolean;
}

/** A server: a disk in memory, and what runs on it. */
export class Machine {
  readonly spec: HostSpec;
  readonly memory: MemoryHost;
  readonly jobs = new Set<Job>();
  /** Segments by their journals, those that are over too. */
  readonly runs = new Map<string, Job>();
  readonly #law: Law;
  readonly #time: Time;
  readonly #without: ReadonlySet<Safeguard>;
  /** Releases whose files would survive a power cut. */
  readonly #flushed: Set<ReleaseName>;
  /** Deployments whose next code arrives incomplete. */
  readonly torn = new Set<string>();
  /** By how much its clock is wrong. */
  skewMs = 0;
  isUp = true;
  isFull = false;
  slowness = 1;

  constructor(
    spec: HostSpec,
    memory: MemoryHost,
    parts: { readonly law: Law; readonly time: Time; readonly without: ReadonlySet<Safeguard> },
  ) {
    this.spec = spec;
    this.memory = memory;
    this.#law = parts.law;
    this.#time = parts.time;
    this.#without = parts.without;
    this.#flushed = new Set(memory.directories.keys());
  }

  get name(): HostName {
    return this.spec.name;
  }

  /** What its clock shows. */
  get clockMs(): number {
    return this.#nowMs + this.skewMs;
  }

  get #nowMs(): number {
    return noonMs + this.#time.sinceMs;
  }

  /** The steps as this machine runs them: without the safeguard, an undo goes on after a step that could not be taken back. */
  stepsOf(steps: readonly SegmentStep[]): readonly SegmentStep[] {
    const isUndo = steps.some(({ effect }) => effect.kind === 'restore' || effect.kind === 'discard');
    return isUndo && this.#without.has('keep before undo') ? steps.map((step) => ({ ...step, mayFail: true })) : steps;
  }

  /** Does what the script of the step does; gives its exit code. */
  apply(act: Act): number {
    const { memory } = this;
    this.strikeGuards();
    const { effect } = act;
    if (this.isFull && needsRoom(effect)) return effect.kind === 'lock' ? ScriptExit.refused : 1;
    const before = this.#law.before(this, act);
    const code = applySafely(memory, timed(memory, effect, { clockMs: this.clockMs, without: this.#without }), {
      ...act,
      nowMs: this.#nowMs,
      clockMs: this.clockMs,
      without: this.#without,
    });
    if (effect.kind === 'receive' && code === 0 && this.torn.delete(act.driver))
      memory.directories.set(effect.release, 'partial');
    if (effect.kind === 'verify' && code === 0 && !this.#without.has('flush')) this.#flushed.add(effect.record.name);
    this.#law.after(this, act, { code, before });
    const guard = memory.guards.get(act.deployment);
    if (guard && guard.dueMs < Number.POSITIVE_INFINITY)
      this.#time.after(guard.dueMs - this.#nowMs, () => this.strikeGuards());
    return code;
  }

  hasLock(deployment: string): boolean {
    return this.memory.lock?.deployment === deployment;
  }

  /** Guards whose time has come go back. */
  strikeGuards(): void {
    if (!this.isUp || this.memory.guards.size === 0) return;
    const before = this.memory.current;
    strikeSafely(this.memory, { nowMs: this.#nowMs, without: this.#without });
    if (this.memory.current !== before) this.#law.wentBack(this, before);
  }

  /** All processes end; after a power cut, what was never flushed is gone from its files. */
  goDown(cut: boolean): void {
    this.isUp = false;
    restart(this.memory);
    for (const job of this.jobs) job.end('kill');
    if (!cut) return;
    for (const name of this.memory.directories.keys())
      if (!this.#flushed.has(name)) this.memory.directories.set(name, 'partial');
  }
}

/** What is taken back gives room; a link needs none. */
function needsRoom({ kind }: Effect): boolean {
  return ['lock', 'create', 'receive', 'build', 'verify', 'activate', 'confirm', 'record', 'write-shared'].includes(
    kind,
  );
}
