import { median } from '../kit/statistics.ts';
import { table } from '../kit/table.ts';
import type { Sample } from './measure.ts';

/** What the runs came to, for people. */
export function report(found: {
  readonly keys: number;
  readonly own: number;
  readonly runs: number;
  readonly load: string;
  readonly results: readonly Sample[];
}): string {
  const names = [...new Set(found.results.map(({ name }) => name))];
  const rows = names.map((name) => {
    const samples = found.results.filter((sample) => sample.name === name);
    const of = (read: (sample: Sample) => number): string => median(samples.map(read)).toFixed(2);
    return [
      name,
      of(({ seconds }) => seconds),
      of(({ waits }) => quantile(waits, 0.5)),
      of(({ waits }) => quantile(waits, 0.99)),
      of(({ waits }) => Math.max(...waits)),
      of(({ longestMs }) => longestMs),
      String(samples[0]?.left.others ?? 0),
    ];
  });
  return [
    `${found.own.toLocaleString('en')} of ${found.keys.toLocaleString('en')} keys removed; medians of ${found.runs} runs, in turns. Load: ${found.load}.`,
    '',
    table([['', 's', 'p50 ms', 'p99 ms', 'worst ms', "server's longest ms", "others' keys left"], ...rows]),
    '',
    'p50, p99, worst: what another client waits for one GET meanwhile. The longest: one command, by the server’s own clock.',
  ].join('\n');
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
