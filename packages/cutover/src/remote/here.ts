import type { Failure } from '../model/failure.ts';
import type { Channel } from './channel.ts';
import { openLocal } from './local.ts';
import { isOpenFailure, type OpenFailure, type Progress, type Segment, type Session } from './session.ts';

/** The name that the driver's own machine goes by as a session. It is no host of any stage. */
const hereName = 'here';

/** The driver's own machine, whose shell is started when something is first run on it. */
export class Here implements Session {
  readonly host = hereName;
  readonly turnMs = null;
  readonly #options: { readonly connectMs: number; readonly stopGraceMs?: number };
  #opening: Promise<Channel | OpenFailure> | null = null;

  constructor(options: { readonly connectMs: number; readonly stopGraceMs?: number }) {
    this.#options = options;
  }

  async run(segment: Segment, progress: Progress, signal: AbortSignal): Promise<Failure | null> {
    const opened = await this.#channel();
    return isOpenFailure(opened) ? opened : opened.run(segment, progress, signal);
  }

  async close(): Promise<void> {
    const opened = await this.#opening;
    if (opened !== null && !isOpenFailure(opened)) await opened.close();
  }

  /** Opening is not cancelled: whoever comes next would find it failed. */
  #channel(): Promise<Channel | OpenFailure> {
    const { connectMs, stopGraceMs } = this.#options;
    const grace = stopGraceMs === undefined ? {} : { stopGraceMs };
    const signal = new AbortController().signal;
    this.#opening ??= openLocal({ host: hereName, connectMs, signal, ...grace });
    return this.#opening;
  }
}
