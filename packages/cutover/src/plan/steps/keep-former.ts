import type { DeploymentId } from '../../model/deployment.ts';
import { asideDir } from '../../model/layout.ts';
import { sh } from '../../shell/text.ts';

/** What stands before the name of a shared file, where what it was before is kept while it is written. */
export const formerMark = 'before:';

/**
 * `keep_former INCOMING`: what a deployment that died had received is to be removed; where it was writing a shared file, what that was before is kept
 * aside for people, and told. Run in the deploy path.
 */
export const keepFormerFunction = sh`
  keep_former() {
    for former in "$1"/shared/${formerMark}*; do
      [ -f "$former" ] || continue
      aside=${asideDir}/\${1##*/}
      mkdir -p ${asideDir} && { [ -d "$aside" ] || mkdir -m 700 "$aside"; } && mv -f "$former" "$aside/\${former##*/${formerMark}}" &&
        printf '%s\n' "What \${former##*/${formerMark}} was before \${1##*/} wrote it is kept in $PWD/$aside."
    done
  }`;

/** That it may have been kept, as a sentence for whoever takes the lock of that deployment over. */
export function formerSentence(deployment: DeploymentId): string {
  return `it may have written its file: what that was before is kept in ${asideDir}/${deployment} then.`;
}
