import { join } from 'node:path';
import { must } from '../kit/run.ts';
import type { Activator } from './cutover.ts';
import { filesOf, type SiteKind, writeFiles } from './site.ts';

/** What a script does once the release is there: text of `sh` in the deploy path, with the release's name as `$1`. */
export const swaps = {
  /** What scripts do. */
  link: 'ln -sfn "releases/$1" current',
  /** The same on Alpine. */
  busyboxLink: 'busybox ln -sfn "releases/$1" current',
  /** Capistrano 3: a link beside the releases, moved over. */
  capistrano: 'ln -s "$PWD/releases/$1" releases/current && mv releases/current "$PWD"',
  /** Deployer 7: a link named release, moved over. */
  deployer: 'ln -sfn "releases/$1" release && mv -T release current',
} as const;

/** A hand-written deployment: files into a new release, then these commands. */
export function scripted(site: {
  readonly kind: SiteKind;
  readonly path: string;
  readonly script: string;
  readonly after?: (release: string) => Promise<void>;
  readonly stop?: () => Promise<void>;
}): Activator {
  return {
    async activate(version) {
      const release = String(version);
      writeFiles(join(site.path, 'releases', release), filesOf(site.kind, version));
      await must({ argv: ['sh', '-ec', site.script, 'sh', release], cwd: site.path, env: process.env });
      await site.after?.(release);
    },
    stop: site.stop ?? (() => Promise.resolve()),
  };
}
