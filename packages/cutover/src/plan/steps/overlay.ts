import { posix } from 'node:path/posix';
import { ownPrefixForm, prefixOf } from '../../model/cache.ts';
import { releaseDir, sharedTarget } from '../../model/layout.ts';
import { lines, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';

/** Writes the release's own `.env`: the shared one, and lines that are true of this release. Null where the shared one is linked. */
export function writeOverlay(job: Job, site: Site): Step | null {
  const { overlay, layout, shared, limits } = job.wish.settings;
  if (overlay === null) return null;
  const to = shared.find(({ from }) => from === overlay.file)?.to ?? overlay.file;
  const file = posix.join('releases', job.release, overlay.file);
  const text = `\n# Lines of this release, written by its deployment.\n${linesOf(job, site).join('\n')}\n`;
  return step({
    id: 'overlay',
    title: `write ${overlay.file} of the release`,
    effect: { kind: 'build', release: job.release },
    script: lines(
      underLock(site.path, job.wish.deployment),
      sh`
        rm -f ${file}.new
        cp -p ${sharedTarget('.', layout, to)} ${file}.new
        printf '%s' ${text} >> ${file}.new
        mv -f ${file}.new ${file}`,
    ),
    limitMs: limits.stepMs,
    undo: noUndo('It goes with the release.'),
  });
}

function linesOf(job: Job, site: Site): readonly string[] {
  const { project, stage, overlay } = job.wish.settings;
  const owner = { project, stage, host: site.host.name, release: job.release };
  const prefix = prefixOf(ownPrefixForm, owner);
  const directory = releaseDir(site.path, job.release);
  const value = (text: string): string =>
    prefixOf(
      text.replaceAll(/\{\{\s*release\s*\}\}/g, () => directory).replaceAll(/\{\{\s*prefix\s*\}\}/g, () => prefix),
      owner,
    );
  const own = { CUTOVER_RELEASE: directory, CUTOVER_TIME: job.release, CUTOVER_PREFIX: prefix };
  return Object.entries({ ...own, ...overlay?.lines }).map(([name, text]) => `${name}=${quoted(value(text))}`);
}

/** One value as every reader of such files takes it. */
function quoted(value: string): string {
  return /^[\w./:@%+,-]*$/.test(value) ? value : `"${value.replaceAll(/[\\"$`]/g, (found) => `\\${found}`)}"`;
}
