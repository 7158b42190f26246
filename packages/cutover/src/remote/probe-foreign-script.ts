import type { HostFacts } from '../model/facts.ts';
import { currentLink, recordsDir, releasesDir } from '../model/layout.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { linkedLines } from './probe-linked.ts';
import { type ProbeInput, put } from './probe-put.ts';

/**
 * What a build leaves when it has come to its end. A failed release of another tool looks like a good one but for these: so a
 * release is taken for whole only if it has each of them that the live one has, and each shared path that is linked in the live one.
 */
const signsOfAWholeBuild = [
  'REVISION',
  '.mina_git_revision',
  'vendor/autoload.php',
  'node_modules/.package-lock.json',
  'bootstrap/cache/config.php',
  'public/build/manifest.json',
  'public/mix-manifest.json',
];

/** Whether there are releases that Cutover knows nothing of, or another tool's serves: a host like this is worth a second look. */
export function hasForeign(facts: HostFacts): boolean {
  const { directories, oddDirectories, records, damagedRecords } = facts;
  const known = new Set([...records.map(({ name }) => `${name}.json`), ...damagedRecords]);
  const live = records.find(({ name }) => facts.current.kind === 'release' && facts.current.release === name);
  return (
    [...directories, ...oddDirectories].some((name) => !known.has(`${name}.json`)) ||
    (live?.adoptedFrom ?? null) !== null
  );
}

/** The second look: it tells of unknown releases, of other tools' marks and links. What it prints belongs behind what the probe printed. */
export function foreignScript({ deployPath, shared }: ProbeInput): Shell {
  return lines(put, sh`cd -P ${deployPath}/.`, unknownReleases(shared), linkedLines);
}

function unknownReleases(shared: ProbeInput['shared']): Shell {
  const current = currentLink('.');
  return sh`
    is_whole() {
      for sign in ${signsOfAWholeBuild}; do
        if [ -e ${current}/"$sign" ] && [ ! -e "$1/$sign" ]; then return 1; fi
      done
      for link in ${shared.map(({ from }) => from)}; do
        if [ -L ${current}/"$link" ] && [ ! -L "$1/$link" ]; then return 1; fi
      done
    }
    put_revision() {
      for file; do
        revision=
        [ ! -f "$release/$file" ] || IFS= read -r revision < "$release/$file" || :
        [ -z "$revision" ] || put revision "$revision $name"
      done
    }
    show_log() {
      put log
      tail -n 300 "$1" | sed 's/^/!+/'
      echo
    }
    unrecorded=
    for release in ${releasesDir('.')}/*; do
      name=\${release##*/}
      if [ -d "$release" ] && [ ! -L "$release" ] && [ ! -e ${recordsDir('.')}/"$name.json" ]; then
        unrecorded=1
        if is_whole "$release"; then put whole "$name"; fi
        if [ -e "$release/BAD_RELEASE" ]; then put bad "$name"; fi
        [ -e "$release/DIRTY_RELEASE" ] || put_revision REVISION .mina_git_revision
      fi
    done
    if [ -n "$unrecorded" ]; then
      if [ -d .dep ]; then
        put deployer
        if [ -f .dep/releases_log ]; then show_log .dep/releases_log; fi
      elif [ -f revisions.log ]; then
        put capistrano
        show_log revisions.log
      elif [ -f repo/HEAD ] && [ -d shared ]; then put capistrano
      elif [ -e ${current}/.mina_git_revision ]; then put mina
      elif [ -e .env ] && [ -d storage ]; then put envoyer
      fi
    fi`;
}
