import type { Remainder } from '../model/remainder.ts';
import type { Revision } from '../model/revision.ts';
import type { SourceProblem } from './problem.ts';

/** What a source's ref stands for: looked up once, while hosts are reached, and the same for all of them. */
export interface ResolvedSource {
  readonly revision: Revision;
  /** Object id of the tree that becomes the release (40 digits, or 64 in a SHA-256 repository); null when only the host can know it. */
  readonly tree: string | null;
  /** What the tree of an artifact's directory cannot hold; null for all others. */
  readonly remainder: Remainder | null;
  /** `sha256:…` of an artifact as one tar archive, where that is known already. */
  readonly archive: string | null;
  /** Whole sentences that a person should read before it is deployed. */
  readonly notes: readonly string[];
}

/** What a ref stands for, while it is still being found out whether that can be deployed. */
export interface IdentifiedSource extends Omit<ResolvedSource, 'notes'> {
  /** Never rejects. */
  readonly vetting: Promise<Vetted | SourceProblem>;
}

/** Nothing in the revision forbids its deployment. */
export type Vetted = Pick<ResolvedSource, 'notes'>;

/** How long, and until when, a ref is looked up. */
export interface ResolveOptions {
  readonly signal: AbortSignal;
  /** For the remote of a `fetch` source to answer, in milliseconds. */
  readonly limitMs: number;
}
