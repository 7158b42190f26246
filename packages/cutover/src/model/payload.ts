/** What goes over the wire with a step, described so that it can be made when it is needed. */
export type Payload =
  /** The objects of `tree` that the trees in `have` lack, as a thin git pack; each named by its object id. */
  | { readonly kind: 'git-pack'; readonly tree: string; readonly have: readonly string[] }
  /** The files of `tree` as one tar archive, for a host without git. */
  | { readonly kind: 'git-archive'; readonly tree: string; readonly compression: Compression }
  /** What a local directory holds and the trees in `have` do not, as a git pack; `tree` is the directory as a whole. */
  | { readonly kind: 'artifact-pack'; readonly path: string; readonly tree: string; readonly have: readonly string[] }
  /** A local directory or archive as one tar archive. */
  | { readonly kind: 'artifact'; readonly path: string; readonly digest: string; readonly compression: Compression }
  /** A file of this machine, byte for byte. */
  | { readonly kind: 'file'; readonly path: string };

/** How an archive is packed on its way. */
export type Compression = 'zstd' | 'gzip' | 'none';
