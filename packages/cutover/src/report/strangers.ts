import { cleanWord } from './clean.ts';

/** That a deploy path is that of `owner`, another project than the config's, as the end of a sentence about the host. */
export function strangerNote({ path, owner, project }: { path: string; owner: string; project: string }): string {
  return `${cleanWord(path)} is where the project ${cleanWord(owner)} is deployed, and this config is of ${cleanWord(project)}`;
}
