import { join } from 'node:path';
import { startChild } from '../child.ts';
import type { Tally } from './tally.ts';

/** The visitors of the shop, in a process of their own. */
export interface Visitors extends AsyncDisposable {
  /** Tells them which releases may answer from now on, and gives what they have met so far. They come with the first call. */
  expect(releases: readonly number[]): Promise<Tally>;
  /** They finish what they began, and stay away. */
  leave(): Promise<Tally>;
}

/** What the process of the visitors is told. */
export type Order = { readonly kind: 'expect'; readonly releases: readonly number[] } | { readonly kind: 'leave' };

/** Who comes. */
export interface Crowd {
  readonly url: string;
  readonly shop: string;
  readonly visitors: number;
  /** A visitor reads a page for up to this long before asking for its style sheet. */
  readonly longestPauseMs: number;
}

/** Starts the process; nothing is asked for before `expect` is called. */
export function inviteVisitors({ url, shop, visitors, longestPauseMs }: Crowd): Visitors {
  const child = startChild(join(import.meta.dirname, 'main'), [url, shop, String(visitors), String(longestPauseMs)]);
  const tell = async (order: Order): Promise<Tally> => (await child.ask(order)) as Tally;
  return {
    expect: (releases) => tell({ kind: 'expect', releases }),
    leave: () => tell({ kind: 'leave' }),
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
