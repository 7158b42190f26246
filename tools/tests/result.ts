/** One thing that a test file reported: the line format between the reporter in its process and the runner. */
export type TestResult =
  | { readonly kind: 'began'; readonly name: string }
  | { readonly kind: 'passed'; readonly name: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly why: string }
  | { readonly kind: 'failed'; readonly name: string; readonly message: string };

/** How a test file ended. */
export interface FileResult {
  /** Relative to the repository. */
  readonly file: string;
  readonly seconds: number;
  readonly passed: number;
  readonly skipped: readonly string[];
  readonly failures: readonly { readonly name: string; readonly message: string }[];
}
