import type { Span } from '../model/span.ts';
import { paintFor } from './paint.ts';
import { table } from './table.ts';

/** A table of where the time of a call went: this side's own work, then the phases, each with the step that took longest in it. */
export function timingLines(spans: readonly Span[]): readonly string[] {
  const whole = spans.find((span) => span.kind === 'driver' && span.name === 'command');
  const start = spans.find((span) => span.kind === 'driver' && span.name === 'start');
  const beginMs = Math.min(...spans.map((span) => span.fromMs));
  const rows = spans
    .filter((span) => span !== whole && (span.kind === 'driver' || span.kind === 'phase'))
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((span) => [span.name, since(span, beginMs), seconds(span), slowest(spans, span)]);
  const total = whole && start ? [['all', '', seconds({ fromMs: start.fromMs, toMs: whole.toMs }), '']] : [];
  return table(['phase', 'began', 'took', 'longest in it'], [...rows, ...total], { paint: paintFor(false) });
}

/** On one host what took longest; of many, on which. */
function slowest(spans: readonly Span[], within: Span): string {
  const kind = within.kind === 'phase' ? 'step' : 'connection';
  const inside = spans.filter(
    (span) => span.kind === kind && span.fromMs >= within.fromMs - 1 && span.toMs <= within.toMs + 1,
  );
  const [first] = inside.toSorted((a, b) => lengthOf(b) - lengthOf(a));
  return first ? `${first.name} on ${first.place}, ${seconds(first)}` : '';
}

function since(span: Span, beginMs: number): string {
  return `${((span.fromMs - beginMs) / 1000).toFixed(3)} s`;
}

function seconds(span: Pick<Span, 'fromMs' | 'toMs'>): string {
  return `${(lengthOf(span) / 1000).toFixed(3)} s`;
}

function lengthOf({ fromMs, toMs }: Pick<Span, 'fromMs' | 'toMs'>): number {
  return toMs - fromMs;
}
