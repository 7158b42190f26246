import type { ByHost } from '../../model/host.ts';
import type { Payload } from '../../model/payload.ts';
import type { Payloads } from '../../source/payloads.ts';
import { isSourceProblem, type SourceProblem } from '../../source/problem.ts';
import type { MadePayload } from '../../source/spool.ts';
import type { Identifying } from './revision.ts';

/** What packs are made from. */
export interface PacksWish {
  readonly repository: string;
  readonly found: Identifying;
  /** The trees that are believed to be on each host. */
  readonly trees: ByHost<readonly string[]>;
}

/**
 * The packs of a revision that is looked up ahead, begun as soon as it is found, for the trees that are believed to be on the hosts. A host that turns out
 * to hold other ones is sent another pack.
 */
export class PacksAhead {
  readonly #over = new AbortController();
  readonly #payloads: Promise<Payloads | null>;

  /** Begins them. */
  constructor(wish: PacksWish) {
    this.#payloads = begin(wish, this.#over.signal);
  }

  /** One of them, once the revision is found; null where it was not begun. */
  async made(payload: Payload): Promise<MadePayload | SourceProblem | null> {
    return (await this.#payloads)?.made(payload) ?? null;
  }

  /** Ends what still runs of them. What was made can be read no more. */
  async close(): Promise<void> {
    this.#over.abort();
    await (await this.#payloads)?.dispose();
  }
}

async function begin({ repository, found, trees }: PacksWish, signal: AbortSignal): Promise<Payloads | null> {
  const [identified, { lacking }, { openPayloads }] = await Promise.all([
    found,
    import('../../plan/delivery.ts'),
    import('../../source/payloads.ts'),
  ]);
  if (isSourceProblem(identified) || identified.tree === null || signal.aborted) return null;
  const payloads = openPayloads({ repository, exclude: [], signal });
  for (const have of Object.values(trees)) {
    const payload = lacking({ kind: 'git-pack', tree: identified.tree, have: [] }, have);
    if (payload !== null) void payloads.make(payload);
  }
  return payloads;
}
