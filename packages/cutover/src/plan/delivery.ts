import type { HostFacts } from '../model/facts.ts';
import type { Compression, Payload } from '../model/payload.ts';
import type { Source } from '../model/settings.ts';

/** How the revision gets to one host: decided from what the host has and lacks. */
export type Delivery =
  /** The host's own repository gets the objects that it lacks (none, when `payload` is null) and unpacks the tree. */
  | { readonly kind: 'pack'; readonly tree: string; readonly payload: Extract<Payload, { kind: 'git-pack' }> | null }
  | { readonly kind: 'archive'; readonly payload: Extract<Payload, { kind: 'git-archive' }> }
  | { readonly kind: 'artifact'; readonly payload: Extract<Payload, { kind: 'artifact' }> }
  | { readonly kind: 'fetch'; readonly url: string; readonly ref: string; readonly subdirectory: string | null };

/** Why no way leads there: the tools that the host would need. */
export interface NoDelivery {
  readonly kind: 'no-delivery';
  /** Any one of these lists would do. */
  readonly needs: readonly (readonly string[])[];
}

/** What is to be delivered: a git tree (null when the host itself must find it) or an artifact's digest. */
export interface Content {
  readonly source: Source;
  readonly tree: string | null;
  /** `sha256:…` of an artifact. */
  readonly digest: string | null;
}

/** The best way that the host's tools allow. */
export function deliveryTo(facts: HostFacts, content: Content): Delivery | NoDelivery {
  const { source } = content;
  if (source.kind === 'artifact') return artifact(facts, source.path, content.digest ?? '');
  if (!has(facts, 'tar')) return { kind: 'no-delivery', needs: [['tar']] };
  if (source.kind === 'fetch') {
    if (!has(facts, 'git')) return { kind: 'no-delivery', needs: [['git', 'tar']] };
    return { kind: 'fetch', url: source.url, ref: source.ref, subdirectory: source.subdirectory };
  }
  return fromHere(facts, content.tree ?? '');
}

function fromHere(facts: HostFacts, tree: string): Delivery {
  if (!has(facts, 'git'))
    return { kind: 'archive', payload: { kind: 'git-archive', tree, compression: compressionFor(facts) } };
  const have = [...new Set(Object.values(facts.trees))].sort();
  return { kind: 'pack', tree, payload: have.includes(tree) ? null : { kind: 'git-pack', tree, have } };
}

function artifact(facts: HostFacts, path: string, digest: string): Delivery | NoDelivery {
  if (!has(facts, 'tar')) return { kind: 'no-delivery', needs: [['tar']] };
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
