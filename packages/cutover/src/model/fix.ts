/**
 * A change that `cutover check --fix` makes on a host. Only what is safe at any moment, while a deployment runs too, and only of directories
 * of Cutover's own: everything else is said, and left to people.
 */
export type Fix =
  /** The deploy path, which a web server may want to find before the first deployment. */
  | { readonly kind: 'make-directory'; readonly path: string }
  /** Takes the right to write from everybody, or gives the right to pass through. */
  | { readonly kind: 'change-mode'; readonly path: string; readonly change: 'o-w' | 'o+x' };
