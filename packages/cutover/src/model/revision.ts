/** The commit or artifact that a release holds. */
export interface Revision {
  /** The commit's full SHA, or the artifact's `sha256:<hex>`. */
  readonly id: string;
  /** The branch, tag or SHA that was asked for; the path for an artifact. */
  readonly ref: string;
  /** The branch's short name, when the ref is a branch. */
  readonly branch: string | null;
  readonly author: string;
  /** The first line of the commit message. */
  readonly message: string;
  /** ISO 8601; null where it is not known. */
  readonly committedAt: string | null;
}

/** A revision's id as people write it: 10 characters of the digest. */
export function shortId(revision: Revision): string {
  return revision.id.replace(/^sha256:/, '').slice(0, 10);
}
