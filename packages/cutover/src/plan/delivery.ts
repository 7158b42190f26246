import type { HostFacts } from '../model/facts.ts';
import type { Compression, Payload } from '../model/payload.ts';
import type { Remainder } from '../model/remainder.ts';
import type { Source } from '../model/source.ts';

/** How the revision gets to one host: decided from what the host has and lacks. */
export type Delivery =
  /** The host's own repository gets the objects that it lacks (none, when `payload` is null) and unpacks the tree. */
  | {
      readonly kind: 'pack';
      readonly tree: string;
      readonly payload: PackPayload | null;
      /** For a repository that is made anew. */
      readonly all: PackPayload;
      /** What is done to the files after that; null is nothing. */
      readonly remainder: Remainder | null;
    }
  | { readonly kind: 'archive'; readonly payload: Extract<Payload, { kind: 'git-archive' }> }
  | { readonly kind: 'artifact'; readonly payload: Extract<Payload, { kind: 'artifact' }> }
  | { readonly kind: 'fetch'; readonly url: string; readonly ref: string; readonly subdirectory: string | null };

/** A pack of objects. */
export type PackPayload = Extract<Payload, { kind: 'git-pack' | 'artifact-pack' }>;

/** Why no way leads there: the tools that the host would need. */
export interface NoDelivery {
  readonly kind: 'no-delivery';
  /** Any one of these lists would do. */
  readonly needs: readonly (readonly string[])[];
}

/** What is to be delivered. */
export interface Content {
  readonly source: Source;
  /** A git tree; null when the host itself must find it, and for an artifact that can only go over as an archive. */
  readonly tree: string | null;
  /** What the tree cannot hold. */
  readonly remainder: Remainder | null;
  /** `sha256:…` of an artifact as an archive; null where it goes over in no other way than as a tree. */
  readonly digest: string | null;
}

/** Whether such an artifact can only go over as an archive: whole, and under its digest. */
export function isArchivedFor({ tools }: HostFacts, { tree }: Pick<Content, 'tree'>): boolean {
  return tree === null || !tools.includes('git');
}

/** The best way that the host's tools allow. */
export function deliveryTo(facts: HostFacts, content: Content): Delivery | NoDelivery {
  const { source } = content;
  const isArtifact = source.kind === 'artifact';
  if (!has(facts, 'tar')) return { kind: 'no-delivery', needs: [['tar']] };
  if (isArtifact && isArchivedFor(facts, content)) return archived(facts, source.path, content.digest ?? '');
  if (source.kind === 'fetch') {
    if (!has(facts, 'git')) return { kind: 'no-delivery', needs: [['git', 'tar']] };
    return { kind: 'fetch', url: source.url, ref: source.ref, subdirectory: source.subdirectory };
  }
  const tree = content.tree ?? '';
  if (!has(facts, 'git'))
    return { kind: 'archive', payload: { kind: 'git-archive', tree, compression: compressionFor(facts) } };
  const { remainder } = content;
  return isArtifact
    ? packed(facts, { kind: 'artifact-pack', path: source.path, tree, have: [] }, remainder)
    : packed(facts, { kind: 'git-pack', tree, have: [] }, remainder);
}

function packed({ trees }: HostFacts, all: PackPayload, remainder: Remainder | null): Delivery {
  return { kind: 'pack', tree: all.tree, all, remainder, payload: lacking(all, treesIn(trees)) };
}

/** What is lacking of all where these trees are; null where nothing is. */
export function lacking<T extends PackPayload>(all: T, have: readonly string[]): T | null {
  return have.includes(all.tree) ? null : { ...all, have };
}

/** The trees of some releases, each once. */
export function treesIn(trees: HostFacts['trees']): readonly string[] {
  return [...new Set(Object.values(trees))].sort();
}

function archived(facts: HostFacts, path: string, digest: string): Delivery | NoDelivery {
  if (!has(facts, 'sha256sum') && !has(facts, 'shasum') && !has(facts, 'openssl')) {
    return { kind: 'no-delivery', needs: [['sha256sum'], ['shasum'], ['openssl']] };
  }
  return { kind: 'artifact', payload: { kind: 'artifact', path, digest, compression: compressionFor(facts) } };
}

function compressionFor(facts: HostFacts): Compression {
  if (has(facts, 'zstd')) return 'zstd';
  return has(facts, 'gzip') ? 'gzip' : 'none';
}

function has(facts: HostFacts, tool: HostFacts['tools'][number]): boolean {
  return facts.tools.includes(tool);
}
