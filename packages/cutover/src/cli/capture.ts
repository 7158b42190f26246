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

/** What is run, and how long it may take; it gets the secrets as environment variables. */
interface Looking {
  readonly script: Shell;
  readonly signal: AbortSignal;
  readonly limitMs?: number;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Runs a script that only looks, and hears what it prints. */
export async function capture(fleet: Fleet, host: HostName, parts: Looking): Promise<Captured> {
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
  const failure = await session.run(
    lookingSegment(parts.script, parts.secrets),
    progress,
    AbortSignal.any([signal, limit]),
  );
  if (failure === null) return { ok: true, output };
  const isOverdue = failure.kind === 'cancelled' && limit.aborted && !signal.aborted;
  return { ok: false, failure: isOverdue ? { kind: 'timeout', afterMs: limitMs } : failure, output };
}

/** The segment that `capture` runs. */
export function lookingSegment(script: Shell, secrets: Readonly<Record<string, string>> = {}): Segment {
  const names = Object.keys(secrets);
  const step = {
    id: 'look',
    script: String(script),
    secrets: names,
    effect: { kind: 'look' as const },
    mayFail: false,
  };
  return { id: 'look', steps: [step], secrets, payload: null, journal: null, isWhole: true };
}
