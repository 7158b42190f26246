import { isDeepStrictEqual } from 'node:util';
import type { HostName } from '../model/host.ts';
import type { Shell } from '../shell/text.ts';
import type { Ahead } from './ahead.ts';
import { leaseOf } from './beats.ts';
import { Channel } from './channel.ts';
import type { Launch } from './launch.ts';
import type { Handover } from './left.ts';
import { askingText } from './lesson.ts';
import { newNonce } from './nonce.ts';
import { openingText } from './opening.ts';
import { packedWord } from './packed.ts';
import { defaultStopGraceMs, runnerCommand, runnerText } from './runner.ts';
import type { Segment } from './session.ts';
import type { WireEnd } from './wire.ts';

/** What leads to a host: a program, given the command that starts the runner there. */
export interface Way {
  readonly host: HostName;
  readonly command: string;
  readonly args: (runner: Shell) => readonly string[];
  /** The directory in which the host keeps what its runner has to learn; null on this machine, where nothing is worth keeping or compressing. */
  readonly lessons: string | null;
  /** The sentence that says how the connection was lost. */
  readonly explainLoss: (end: WireEnd) => string;
}

/** How a session is opened, whatever leads to its host. */
export interface OpenOptions {
  /** How long the greeting is awaited, and the signal that ends the waiting. */
  readonly connectMs: number;
  readonly signal: AbortSignal;
  /** How long a segment that is stopped may take before it is killed. */
  readonly stopGraceMs?: number;
  /** How many looks, of two seconds each, a detached segment goes on without a word of a driver; see `beats.ts`. */
  readonly lease?: number;
  /** What an earlier channel to the host left; nothing unless told otherwise. */
  readonly handover?: Handover;
  /**
   * What the host begins with unasked, a round trip before it could be asked: for a segment that only looks. The first
   * run of the same segment hears it from its beginning; another one waits until it is over. One that has secrets or data is sent when it
   * is run.
   */
  readonly opening?: Segment | null;
  /** Whether it is measured how far the host is away. */
  readonly isTimed?: boolean;
  /** What may have begun the way already. */
  readonly ahead?: Ahead;
}

/** For the two minutes that the config has unless it says otherwise. */
const defaultLease = leaseOf(120_000);

/** The channel once its runner has greeted; or how the attempt ended. No program is left of an attempt that failed. */
export async function openChannel(
  way: Way,
  options: OpenOptions,
): Promise<Channel | WireEnd | 'no-answer' | 'cancelled'> {
  const { connectMs, signal } = options;
  if (signal.aborted) return 'cancelled';
  const outset = outsetFor(way, options);
  const channel = channelFor(way, options, outset);
  const limit = AbortSignal.timeout(connectMs);
  const greeting = await Promise.race([channel.greeting, aborted(AbortSignal.any([signal, limit]))]);
  if (greeting === 'greeted') {
    options.ahead?.answered(way.host, outset.launch);
    return channel;
  }
  if (greeting !== 'aborted') return greeting;
  await channel.abandon();
  return signal.aborted ? 'cancelled' : 'no-answer';
}

/** How a channel begins. */
interface Outset {
  readonly launch: Launch;
  /** The segment that goes along with the launch. */
  readonly opening: Segment | null;
}

function channelFor({ host, explainLoss }: Way, options: OpenOptions, outset: Outset): Channel {
  const {
    stopGraceMs = defaultStopGraceMs,
    handover = { left: null },
    lease = defaultLease,
    isTimed = false,
  } = options;
  return new Channel({ host, ...outset, stopGraceMs, lease, handover, isTimed, explainLoss });
}

/** With what was begun ahead if it is the very same that would be begun now, and still runs. */
function outsetFor(way: Way, options: OpenOptions): Outset {
  const begun = options.ahead?.take(way.host);
  if (!begun) return freshOutset(way, options, newNonce());
  const { child, ...launch } = begun;
  const runs = child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  const fresh = freshOutset(way, options, launch.nonce);
  if (runs && isDeepStrictEqual(launch, fresh.launch)) return { ...fresh, launch: begun };
  child.kill('SIGKILL');
  return freshOutset(way, options, newNonce());
}

function freshOutset({ command, args, lessons }: Way, options: OpenOptions, nonce: string): Outset {
  const { stopGraceMs = defaultStopGraceMs, opening = null } = options;
  const text = opening && openingText(opening, nonce);
  const input = `${String(askingText(lessons))}\n${runnerText}\n${text ?? ''}`;
  const isFar = lessons !== null;
  const runner = runnerCommand(nonce, stopGraceMs, isFar ? packedWord(input) : '');
  const launch = { command, args: args(runner), nonce, input, isFar };
  return { launch, opening: text === null ? null : opening };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}
