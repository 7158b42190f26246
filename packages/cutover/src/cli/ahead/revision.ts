import { isDeepStrictEqual } from 'node:util';
import type { GitRevision } from '../../model/source.ts';
import type { SourceProblem } from '../../source/problem.ts';
import type { IdentifiedSource } from '../../source/resolved.ts';

/** What a source stands for, as it is found out. */
export type Identifying = Promise<IdentifiedSource | SourceProblem>;

/**
 * A revision that is looked up before the config is read, as the same command looked it up the last time: what git needs for that, one process
 * after another, is over when it is wanted. It is taken only where the very same is asked for, and nobody hears of it otherwise.
 */
export class RevisionAhead {
  readonly #over = new AbortController();
  #begun: { readonly of: GitRevision; readonly found: Identifying } | null;

  /** Begins it, unless nothing was looked up. */
  constructor(of: GitRevision | null) {
    this.#begun = of && { of, found: identify(of, this.#over.signal) };
  }

  /** What was begun, once; null where it was something else. */
  take(wanted: GitRevision): Identifying | null {
    if (!isDeepStrictEqual(this.#begun?.of, wanted)) return null;
    const found = this.#begun?.found ?? null;
    this.#begun = null;
    return found;
  }

  /** Ends what still runs of it. */
  close(): void {
    this.#over.abort();
  }
}

/** Loaded once the connections are under way. */
async function identify(of: GitRevision, signal: AbortSignal): Identifying {
  const { identifyGit } = await import('../../source/git-revision.ts');
  return identifyGit(of, signal);
}
