import { isAsMeant, type Report } from './act.ts';
import type { Flaw } from './story.ts';
import { type Fault, faults } from './visitors/judge.ts';
import type { Tally } from './visitors/tally.ts';

/** What the demo found: the document that `cutover demo --json` prints. */
export interface Numbers extends Readonly<Record<Fault, number>> {
  readonly format: 1;
  /** Whether every request was answered well and every deployment ended as it was meant to. */
  readonly passed: boolean;
  readonly servedBy: string;
  readonly requests: number;
  /** Releases that were put in service and stayed there until the next one. */
  readonly released: number;
  /** Seconds that the commands for these took from start to end. */
  readonly seconds: { readonly median: number; readonly longest: number };
  /** Releases that were broken on purpose and are not in service. */
  readonly broken: readonly { readonly release: number; readonly flaw: Flaw; readonly pages: number }[];
  readonly rolledBackTo: number | null;
  /** What went wrong, as sentences. */
  readonly complaints: readonly string[];
}

/** Sums up. Nobody having come is a failure too: then nothing was shown. */
export function numbersOf(reports: readonly Report[], tally: Tally, servedBy: string): Numbers {
  const complaints = [
    ...reports.flatMap(complaintsOf),
    ...tally.samples,
    ...(tally.requests === 0 ? ['No visitor asked for anything.'] : []),
  ];
  const counts = Object.fromEntries(faults.map((fault) => [fault, tally[fault]])) as Record<Fault, number>;
  return {
    format: 1,
    passed: complaints.length === 0,
    servedBy,
    requests: tally.requests,
    ...counts,
    released: sound(reports).length,
    seconds: secondsOf(sound(reports)),
    broken: reports.flatMap(brokenOf),
    rolledBackTo: reports.find(({ act }) => act.kind === 'rollback')?.serves ?? null,
    complaints,
  };
}

function complaintsOf(report: Report): readonly string[] {
  if (isAsMeant(report)) return [];
  const { act, deployed, serves } = report;
  const what = act.kind === 'release' ? `Release ${act.chapter.number}` : `The rollback to release ${act.to}`;
  const now = serves === null ? 'Nothing known is in service.' : `Release ${serves} is in service.`;
  return [
    `${what} did not end as it was meant to: ${deployed.state.outcome ?? 'it has no outcome'}. ${now} ${deployed.said}`.trim(),
  ];
}

function sound(reports: readonly Report[]): readonly Report[] {
  return reports.filter(
    (report) => report.act.kind === 'release' && report.act.chapter.flaw === null && isAsMeant(report),
  );
}

function secondsOf(reports: readonly Report[]): Numbers['seconds'] {
  const sorted = reports.map(({ deployed }) => Math.round(deployed.tookMs) / 1000).sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, longest: sorted.at(-1) ?? 0 };
}

function brokenOf(report: Report): Numbers['broken'] {
  const { act } = report;
  if (act.kind !== 'release' || act.chapter.flaw === null || !isAsMeant(report)) return [];
  return [{ release: act.chapter.number, flaw: act.chapter.flaw, pages: report.pages }];
}
