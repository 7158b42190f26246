import type { ByHost } from '../../model/host.ts';
import type { Payload } from '../../model/payload.ts';
import type { Payloads } from '../../source/payloads.ts';
import { isSourceProblem, type SourceProblem } from '../../source/problem.ts';
import type { MadePayload } from '../../source/spool.ts';
import type { Intent } from '../intent.ts';

/**
 * The packs of a revision, begun while hosts are reached, for the trees that are believed to be there. A host that turns out to hold other ones is
 * sent another pack. There are none for a source that git on this machine does not pack.
 */
export class PacksAhead implements AsyncDisposable {
  readonly #over = new AbortController();
  #payloads: Payloads | null = null;

  /** Begins them, the first time that it is called. */
  async begin(intent: Intent, trees: ByHost<readonly string[]>): Promise<void> {
    if (isSourceProblem(intent) || this.#payloads !== null) return;
    const { source, identified } = intent;
    const { tree } = identified;
    if (source.kind !== 'git' || tree === null) return;
    const [{ lacking }, { openPayloads }] = await Promise.all([
      import('../../plan/delivery.ts'),
      import('../../source/payloads.ts'),
    ]);
    this.#payloads = openPayloads({ repository: source.repository, exclude: [], signal: this.#over.signal });
    for (const have of Object.values(trees)) {
      const payload = lacking({ kind: 'git-pack', tree, have: [] }, have);
      if (payload !== null) void this.#payloads.make(payload);
    }
  }

  /** One of them; null where it was not begun. */
  made(payload: Payload): Promise<MadePayload | SourceProblem> | null {
    return this.#payloads?.made(payload) ?? null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#payloads?.dispose();
  }
}
