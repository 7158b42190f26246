/** What is true of a directory and cannot be told by a git tree. */
export interface Remainder {
  /** Directories that hold nothing, relative to the root. */
  readonly directories: readonly string[];
  /** What is neither 755 nor 644 once nobody but its owner may write to it; what lies deeper comes first. */
  readonly modes: readonly { readonly path: string; readonly mode: number }[];
  /** Whether files are called `.gitattributes`: git would act upon them, so the tree has them under another name. */
  readonly hasAttributes: boolean;
}

/** The name by which a tree has a file called `.gitattributes`. */
export const attributesAlias = '.gitattributes.as-it-is';
