import type { Span } from '../model/span.ts';

/** An event of the Chrome trace format, as `chrome://tracing` and Perfetto read it; times in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat?: string;
  /** `X` is a span, `M` names a process or one of its lanes. */
  readonly ph: 'X' | 'M';
  readonly ts?: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: Readonly<Record<string, string>>;
}

const lanes: readonly Span['kind'][] = ['driver', 'phase', 'connection', 'segment', 'step'];

/** The spans as a trace: a process for each place, a lane for each kind of span. */
export function traceEvents(spans: readonly Span[]): readonly TraceEvent[] {
  const places = [...new Set(spans.map((span) => span.place))];
  const beginMs = Math.min(...spans.map((span) => span.fromMs));
  return [
    ...places.map((name, pid): TraceEvent => ({ name: 'process_name', ph: 'M', pid, tid: 0, args: { name } })),
    ...places.flatMap((_, pid) =>
      lanes.map((name, tid): TraceEvent => ({ name: 'thread_name', ph: 'M', pid, tid, args: { name } })),
    ),
    ...spans.map(
      ({ name, kind, place, fromMs, toMs }): TraceEvent => ({
        name,
        cat: kind,
        ph: 'X',
        ts: Math.round((fromMs - beginMs) * 1000),
        dur: Math.round((toMs - fromMs) * 1000),
        pid: places.indexOf(place),
        tid: lanes.indexOf(kind),
      }),
    ),
  ];
}
