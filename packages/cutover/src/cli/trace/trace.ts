import { writeFileSync } from 'node:fs';
import type { Event } from '../../events/event.ts';
import type { Span } from '../../model/span.ts';
import { timingLines } from '../../report/timings.ts';
import { traceEvents } from '../../report/trace.ts';
import type { Outside } from '../outside.ts';

/** Where the time of one call of the command line goes. */
export interface Trace {
  /** Begins a span; the answer ends it. */
  begin(what: Pick<Span, 'place' | 'kind' | 'name'>): () => void;
  /** Hears the events of a deployment: they tell its phases. */
  event(event: Event): void;
}

/** What is wanted of a trace. */
export interface TraceWish {
  /** A file for the Chrome trace format. */
  readonly file: string | null;
  /** Whether a table of phases is printed. */
  readonly table: boolean;
}

/** Takes times while `act` runs, and then writes the file and prints the table. */
export async function traced<T>(outside: Outside, wish: TraceWish, act: (outside: Outside) => Promise<T>): Promise<T> {
  const trace = newTrace();
  const end = trace.begin({ place: 'here', kind: 'driver', name: 'command' });
  const result = await act({ ...outside, trace });
  end();
  // Not among what is printed as JSON.
  if (wish.table) outside.err(`${timingLines(trace.spans).join('\n')}\n`);
  if (wish.file !== null) writeTrace(wish.file, trace.spans, outside);
  return result;
}

function newTrace(): Trace & { readonly spans: Span[] } {
  const { timeOrigin } = performance;
  const spans: Span[] = [{ place: 'here', kind: 'driver', name: 'start', fromMs: timeOrigin, toMs: nowMs() }];
  const phases = new Map<string, () => void>();
  const begin: Trace['begin'] = (what) => {
    const fromMs = nowMs();
    return () => void spans.push({ ...what, fromMs, toMs: nowMs() });
  };
  return {
    spans,
    begin,
    event(event) {
      if (event.type === 'phase.started')
        phases.set(event.phase, begin({ place: 'here', kind: 'phase', name: event.phase }));
      if (event.type === 'phase.ended') phases.get(event.phase)?.();
    },
  };
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

function writeTrace(file: string, spans: readonly Span[], outside: Outside): void {
  try {
    writeFileSync(file, JSON.stringify({ traceEvents: traceEvents(spans), displayTimeUnit: 'ms' }), { mode: 0o600 });
  } catch (error) {
    outside.err(`The trace could not be written to ${file} (${(error as NodeJS.ErrnoException).code}).\n`);
  }
}
