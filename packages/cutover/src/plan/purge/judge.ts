import type { ReleaseName } from '../../model/release.ts';

/** What a host counted of one cache of a release, before anything is removed. */
export interface Counted {
  readonly release: ReleaseName;
  /** The cache's name. */
  readonly cache: string;
  /** What its keys begin with. */
  readonly prefix: string;
  /** What the keys of the releases that stay begin with. */
  readonly others: Readonly<Record<ReleaseName, string>>;
  /** How many keys begin so; null where they could not be counted. */
  readonly keys: number | null;
  /** Some of them. */
  readonly sample: readonly string[];
  /** Why they could not be counted: a whole sentence. */
  readonly problem: string | null;
}

/** Why keys that begin so must not be removed. */
export type Danger =
  | { readonly kind: 'empty' }
  /** The release is not named: all releases share what begins so. */
  | { readonly kind: 'names-no-release' }
  /** No separator ends it: `shop:1` begins `shop:10:` too. */
  | { readonly kind: 'unterminated' }
  /** The keys of a release that stays begin so too. */
  | { readonly kind: 'overlaps'; readonly release: ReleaseName };

/** What else a prefix could hit; null when the keys that begin so are this release's alone. The host holds by the same rules. */
export function dangerOf({ prefix, release, others }: Pick<Counted, 'prefix' | 'release' | 'others'>): Danger | null {
  if (prefix === '') return { kind: 'empty' };
  if (!namesRelease(prefix, release)) return { kind: 'names-no-release' };
  if (/[A-Za-z0-9]$/.test(prefix)) return { kind: 'unterminated' };
  const hit = Object.entries(others).find(([, other]) => other.startsWith(prefix));
  return hit ? { kind: 'overlaps', release: hit[0] } : null;
}

/** As a word of its own: `shop:20260101000000:`, not `shop:120260101000000:`. */
function namesRelease(prefix: string, release: ReleaseName): boolean {
  return prefix.split(release).some((_, i, parts) => {
    const [before = '', after] = [parts[i], parts[i + 1]];
    return after !== undefined && !/[A-Za-z0-9]$/.test(before) && !/^[A-Za-z0-9]/.test(after);
  });
}
