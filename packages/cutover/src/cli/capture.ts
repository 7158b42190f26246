import type { Failure } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import { type Fleet, isOpenFailure, type Segment } from '../remote/session.ts';
import type { Shell } from '../shell/text.ts';

/** What a read-only script printed, or why it could not be run to its end. */
export type Captured =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly failure: Failure; readonly output: string };

/** How long a look may take, unless told otherwise: a tool of the host may hang on a dead mount. */
const lookLimitMs = 60_000;

/** Runs a script that only looks, and hears what it prints. */
export async function capture(
  fleet: Fleet,
  host: HostName,
  parts: { readonly script: Shell; readonly signal: AbortSignal; readonly limitMs?: number },
): Promise<Captured> {
  const session = await fleet.session(host, parts.signal);
  if (isOpenFailure(session)) return { ok: false, failure: session, output: '' };
  let output = '';
  const progress = {
    stepBegan: () => {},
    stepEnded: () => {},
    stepOutput: (_: string, text: string) => void (output += text),
  };
  const { signal, limitMs = lookLimitMs } = parts;
  const limit = AbortSignal.timeout(limitMs);
  const failure = await session.run(lookingSegment(parts.script), progress, AbortSignal.any([signal, limit]));
  if (failure === null) return { ok: true, output };
  const isOverdue = failure.kind === 'cancelled' && limit.aborted && !signal.aborted;
  return { ok: false, failure: isOverdue ? { kind: 'timeout', afterMs: limitMs } : failure, output };
}

/** The segment that `capture` runs. */
export function lookingSegment(script: Shell): Segment {
  const step = { id: 'look', script: String(script), secrets: [], effect: { kind: 'look' as const }, mayFail: false };
  return { id: 'look', steps: [step], secrets: {}, payload: null, journal: null };
}
