import { posix } from 'node:path/posix';
import { attributesAlias, type Remainder } from '../../model/remainder.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job } from '../job.ts';

/** Makes true of the new release what the tree of an artifact could not tell. The names come first: modes may be of a file that has its name from here. */
export function complete(job: Job, { directories, modes, hasAttributes }: Remainder): Shell {
  const within = (path: string): string => posix.join('releases', job.release, path);
  return lines(
    hasAttributes ? renameAttributes(job) : null,
    directories.length > 0 ? sh`mkdir -p ${directories.map(within)}` : null,
    ...modes.map(({ path, mode }) => sh`chmod ${mode.toString(8)} ${within(path)}`),
  );
}

function renameAttributes(job: Job): Shell {
  return sh`
    find releases/${job.release} -depth -name ${attributesAlias} -exec sh -c 'for file do mv "$file" "\${file%/*}/.gitattributes"; done' sh {} +`;
}
