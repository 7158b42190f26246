import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Activator, cutoverFor } from './cutover.ts';
import { scripted } from './scripts.ts';
import type { SiteKind } from './site.ts';

/** A web server with an application behind it, and a way to activate releases. */
export interface Case {
  readonly server: string;
  readonly way: string;
  /** Whether long requests are sent to it: something computes the answers, and it is to let them end. */
  readonly long?: boolean;
  open(directory: string): Promise<Opened>;
}

/** The same when it runs. */
export interface Opened {
  readonly port: number;
  readonly activator: Activator;
  /** Ends the servers. */
  stop(): Promise<void>;
}

/** The way to activate that is asked for, in the directory's own deploy path. */
export function activatorFor(
  directory: string,
  site: {
    readonly kind: SiteKind;
    readonly script: string | null;
    readonly config?: Readonly<Record<string, unknown>>;
    readonly after?: () => Promise<void>;
  },
): Activator {
  const path = deployPath(directory);
  const { kind, script, config = {}, after = () => Promise.resolve() } = site;
  return script === null ? cutoverFor(directory, { kind, path, config }) : scripted({ kind, path, script, after });
}

/** The deploy path of a case. */
export function deployPath(directory: string): string {
  const path = join(directory, 'site');
  mkdirSync(path, { recursive: true });
  return path;
}
