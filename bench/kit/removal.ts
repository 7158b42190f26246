import { existsSync, readdirSync } from 'node:fs';
import { until } from '../../packages/cutover/test/kit/until.ts';

/** Settles when nothing is left, in a directory of releases, of what is removed beside a deployment: it would slow what comes next. Throws when a minute was not enough. */
export function removalOver(releases: string): Promise<void> {
  const isTidy = () => !existsSync(releases) || !readdirSync(releases).some((name) => name.startsWith('.trash-'));
  return until(`nothing is left to be removed in ${releases}`, isTidy);
}
