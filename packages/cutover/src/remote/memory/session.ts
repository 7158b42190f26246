import type { Failure } from '../../model/failure.ts';
import type { HostName } from '../../model/host.ts';
import type { Progress, Segment, Session } from '../session.ts';
import { carryOut } from './carry-out.ts';
import type { MemoryState } from './fleet.ts';
import { type Connection, MemoryRun } from './run.ts';

/** One connection to a host in memory. */
export class MemorySession implements Session {
  readonly host: HostName;
  readonly turnMs = null;
  readonly #state: MemoryState;
  readonly #connection: Connection;

  constructor(state: MemoryState, host: HostName, connection: Connection) {
    this.host = host;
    this.#state = state;
    this.#connection = connection;
  }

  /** Attaches to a segment that the host knows already; the host ends what else an earlier session left there. */
  async run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    await Promise.resolve();
    if (this.#connection.failure !== null) return this.#connection.failure;
    const key = segment.journal ?? segment.id;
    const known = this.#runs.get(key);
    if (known === undefined && signal.aborted) return { kind: 'cancelled' };
    await this.#endOthers(key);
    return this.#follow(key, known ?? this.#begin(key, segment), { progress, signal });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get #runs(): Map<string, MemoryRun> {
    return this.#state.hosts[this.host]?.runs ?? elsewhere;
  }

  #begin(key: string, segment: Segment): MemoryRun {
    const run = new MemoryRun();
    if (this.#runs !== elsewhere) this.#runs.set(key, run);
    this.#state.listening.set(this.host, { key, heard: 0, connection: this.#connection });
    void carryOut(this.#state, { host: this.host, segment, run });
    return run;
  }

  async #follow(
    key: string,
    run: MemoryRun,
    parts: { readonly progress: Progress; readonly signal: AbortSignal },
  ): Promise<Failure | null> {
    const before = this.#state.listening.get(this.host);
    const listening = before?.key === key ? before : { key, heard: 0, connection: this.#connection };
    listening.connection = this.#connection;
    this.#state.listening.set(this.host, listening);
    const stop = (): void => run.stop();
    parts.signal.addEventListener('abort', stop);
    if (parts.signal.aborted) stop();
    const failure = await run.follow(parts.progress, listening);
    parts.signal.removeEventListener('abort', stop);
    if (this.#connection.failure === null) this.#state.listening.delete(this.host);
    return failure;
  }

  async #endOthers(key: string): Promise<void> {
    const left = this.#state.listening.get(this.host);
    if (left === undefined || left.key === key) return;
    const run = this.#runs.get(left.key);
    run?.stop();
    await run?.over();
    this.#state.listening.delete(this.host);
  }
}

/** The driver's own machine keeps no journals. */
const elsewhere = new Map<string, MemoryRun>();
