import { isDeepStrictEqual } from 'node:util';
import type { ByHost } from '../../model/host.ts';
import type { Payload } from '../../model/payload.ts';
import type { GitRevision } from '../../model/source.ts';
import type { SourceProblem } from '../../source/problem.ts';
import type { IdentifiedSource } from '../../source/resolved.ts';
import type { MadePayload } from '../../source/spool.ts';
import { PacksAhead } from './packs.ts';

/** What a source stands for, as it is found out. */
export type Identifying = Promise<IdentifiedSource | SourceProblem>;

/**
 * A revision that is looked up before the config is read, as the same command looked it up the last time: what git needs for that, one process
 * after another, is over when it is wanted. It is taken only where the very same is asked for, and nobody hears of it otherwise.
 */
export class RevisionAhead {
  readonly #over = new AbortController();
  readonly #of: GitRevision;
  readonly #found: Identifying;
  readonly #packs: PacksAhead;
  #isTaken = false;

  /** Begins it, and the packs for hosts that hold these trees. */
  constructor(of: GitRevision, trees: ByHost<readonly string[]>) {
    this.#of = of;
    this.#found = identify(of, this.#over.signal);
    this.#packs = new PacksAhead({ repository: of.repository, found: this.#found, trees });
  }

  /** What was begun, once; null where it was something else. */
  take(wanted: GitRevision): Identifying | null {
    if (this.#isTaken || !isDeepStrictEqual(this.#of, wanted)) return null;
    this.#isTaken = true;
    return this.#found;
  }

  /** A pack of it, for whoever took it; null where none was begun. */
  async made(payload: Payload): Promise<MadePayload | SourceProblem | null> {
    return this.#isTaken ? this.#packs.made(payload) : null;
  }

  /** Ends what still runs of it. */
  close(): void {
    this.#over.abort();
    void this.#packs.close();
  }
}

/** Loaded once the connections are under way. */
async function identify(of: GitRevision, signal: AbortSignal): Identifying {
  const { identifyGit } = await import('../../source/git-revision.ts');
  return identifyGit(of, signal);
}
