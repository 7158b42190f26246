import { strangersAt } from '../plan/adoption.ts';
import type { Site } from '../plan/job.ts';
import { cleanWord } from './clean.ts';

/** Whose releases serve or served at a deploy path that is not the config's project's, as the end of a sentence about the host; none where it is. */
export function strangerNotes(path: string, site: Pick<Site, 'facts' | 'serves'>, project: string): readonly string[] {
  const owner = strangersAt(site, project)[0]?.project ?? null;
  return owner === null ? [] : [strangerWords({ path, owner, project })];
}

/** That a deploy path is another project's, without a full stop. */
export function strangerWords({ path, owner, project }: { path: string; owner: string; project: string }): string {
  return `${cleanWord(path)} is where the project ${cleanWord(owner)} is deployed, and this config is of ${cleanWord(project)}`;
}
