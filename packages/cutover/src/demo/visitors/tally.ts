import { type Fault, type Finding, faults } from './judge.ts';

/** What the visitors have met so far. */
export interface Tally extends Readonly<Record<Fault, number>> {
  readonly requests: number;
  /** Pages by the release that they came from. */
  readonly pages: Readonly<Record<number, number>>;
  /** The first few findings, as sentences, each once. */
  readonly samples: readonly string[];
}

const mostSamples = 5;

/** Before the first request. */
export const emptyTally: Tally = {
  requests: 0,
  failed: 0,
  mixed: 0,
  outOfService: 0,
  missingAssets: 0,
  lostSessions: 0,
  pages: {},
  samples: [],
};

/** The tally after one more answer: what was wrong with it, and the release whose page it was. */
export function counted(tally: Tally, finding: Finding | null, release: number | null): Tally {
  return {
    ...tally,
    requests: tally.requests + 1,
    ...(finding && { [finding.fault]: tally[finding.fault] + 1 }),
    ...(release !== null && { pages: { ...tally.pages, [release]: (tally.pages[release] ?? 0) + 1 } }),
    ...(finding && { samples: [...new Set([...tally.samples, finding.why])].slice(0, mostSamples) }),
  };
}

/** Requests with something wrong, of whatever kind. */
export function spoilt(tally: Tally): number {
  return faults.reduce((sum, fault) => sum + tally[fault], 0);
}
