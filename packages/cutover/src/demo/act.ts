import type { Deployed } from './deployer.ts';
import type { Chapter } from './story.ts';

/** What the demo does in turn: a release, or going back to one. Releases are known by their numbers. */
export type Act =
  | { readonly kind: 'release'; readonly chapter: Chapter; readonly of: number }
  | { readonly kind: 'rollback'; readonly to: number };

/** How an act ended. */
export interface Report {
  readonly act: Act;
  readonly deployed: Deployed;
  /** What served before it, and what serves after it; null is nothing. */
  readonly before: number | null;
  readonly serves: number | null;
  /** Requests that were answered meanwhile, and how many of them were not answered well. */
  readonly requests: number;
  readonly spoilt: number;
  /** Pages that a release itself had served when the act was over. */
  readonly pages: number;
}

/** Whether it ended as it was meant to: a sound release is in service, a broken one is not and the one before it is. */
export function isAsMeant({ act, deployed, before, serves }: Report): boolean {
  const isBroken = act.kind === 'release' && act.chapter.flaw !== null;
  if (isBroken) return deployed.state.outcome === 'undone' && serves === before;
  return deployed.state.outcome === 'succeeded' && serves === (act.kind === 'release' ? act.chapter.number : act.to);
}

/** The releases that may answer a visitor while it goes on: one whose build fails is none of them. */
export function mayAnswer(act: Act, before: number | null): readonly number[] {
  const coming = act.kind === 'release' ? act.chapter.number : act.to;
  const stays = act.kind === 'release' && act.chapter.flaw === 'build';
  return [...(before === null ? [] : [before]), ...(stays ? [] : [coming])];
}
