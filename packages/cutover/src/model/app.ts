/** How the application is served: what activating a release takes, and how it is proven that visitors get it. */
export type App = StaticApp | PhpApp | ProcessApp;

/** The kinds of application. */
export const appKinds = ['static', 'php', 'process'] as const;
/** One of them. */
export type AppKind = (typeof appKinds)[number];

interface Served {
  /** Only hosts with one of these roles serve visitors; none stands for all that receive code. */
  readonly roles: readonly string[];
  /** What the web server serves, relative to the release; null is the release itself. */
  readonly root: string | null;
  /** Where visitors find the application; null where that is not known. */
  readonly url: string | null;
  /** How each host proves after activation that its web server serves the new release; null where nothing can be asked. */
  readonly proof: Proof | null;
}

/** Files that a web server serves as they are. */
export interface StaticApp extends Served {
  readonly kind: 'static';
}

/** PHP behind PHP-FPM. */
export interface PhpApp extends Served {
  readonly kind: 'php';
  /** The script that answers, relative to the release. */
  readonly entry: string;
  /** Null where the pool is not known: then nothing is asked of it. */
  readonly fpm: Fpm | null;
}

/** A program that listens by itself. */
export interface ProcessApp extends Served {
  readonly kind: 'process';
}

/** The pool of PHP-FPM that serves the application. */
export interface Fpm {
  /** An absolute path, or `address:port`. */
  readonly socket: string;
  /** Whether the web server names scripts by the release's real path, or by the link `current`, which opcache then holds on to. */
  readonly scripts: 'resolved' | 'link';
  /** Addresses of the application that the inactive release is asked for: health check and warming at once. */
  readonly ask: readonly string[];
  /** Shell text that reloads FPM, where resetting opcache does not bring the new release; null forbids it. */
  readonly reload: string | null;
}

/** How the web server of a host is asked which release it serves. */
export interface Proof {
  readonly url: string;
  /** `address[:port]` that is connected to from the host itself. */
  readonly resolve: string;
  /** A header of every answer that holds the release's name; null puts a file with an unguessable name into the root instead. */
  readonly header: string | null;
  readonly withinMs: number;
}

/** Whether a host serves visitors. */
export function servesVisitors(
  app: App,
  host: { readonly receivesCode: boolean; readonly roles: readonly string[] },
): boolean {
  return host.receivesCode && (app.roles.length === 0 || app.roles.some((role) => host.roles.includes(role)));
}
