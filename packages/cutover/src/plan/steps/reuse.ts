import { posix } from 'node:path/posix';
import { reuseMark, reuseNote } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Reuse } from '../../model/settings.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import type { Job, Site } from '../job.ts';
import type { Step } from '../plan.ts';
import { noUndo, step } from '../step.ts';
import { digestFunction } from './digest.ts';
import { underLock } from './guard.ts';
import { tellNoRoom } from './room.ts';

/** Takes directories of dependencies over from the release in service, each as a copy, where nothing that they depend on has changed. */
export function reuse(job: Job, site: Site): readonly Step[] {
  const { serves } = site;
  if (serves === null) return [];
  return job.wish.settings.reuse.map((wanted, i) =>
    step({
      id: `reuse-${i + 1}`,
      title: `reuse ${wanted.directory} if it is still the same`,
      effect: { kind: 'build', release: job.release },
      script: lines(
        underLock(site.path, job.wish.deployment),
        tellNoRoom(),
        functions(job, site, wanted),
        takeOver(job, serves, wanted),
      ),
      limitMs: job.wish.settings.limits.transferMs,
      undo: noUndo('The copy goes with the release.'),
    }),
  );
}

/** Writes down, when all is built, what the directories of this release depend on and what each file in them is. */
export function noteReusable(job: Job, site: Site): readonly Step[] {
  return job.wish.settings.reuse.map((wanted, i) =>
    step({
      id: `note-reuse-${i + 1}`,
      title: `note what ${wanted.directory} depends on`,
      effect: { kind: 'build', release: job.release },
      script: lines(underLock(site.path, job.wish.deployment), functions(job, site, wanted), note(job, wanted)),
      limitMs: job.wish.settings.limits.stepMs,
      undo: noUndo('What is known of the release goes with it.'),
    }),
  );
}

/**
 * A tool's version is told by its file: to ask each for it would take longer than all the rest. Of the files in the directory
 * inode, size, mode and times are compared: a change time cannot be put back, so every edit shows. A package that lies in the project and
 * is copied from there may change with no word in a lock file.
 */
function functions(job: Job, site: Site, wanted: Reuse): Shell {
  return lines(
    digestFunction,
    sh`
      export LC_ALL=C
      has_locks() {
        for lock in ${wanted.locks}; do [ -f "releases/$1/$lock" ] || return 1; done
      }
      tools() {
        for tool in ${wanted.tools.map((tool) => programOf(job, site, tool))} ''; do
          [ -z "$tool" ] || ls -lLn "$(command -v "$tool" || echo "$tool")" 2>&1 || :
        done
      }
      copies_own() {
        for lock in ${wanted.locks}; do
          if grep -q -e '"type": *"path"' -e '"resolved": *"file:' "releases/$1/$lock"; then return 0; fi
        done
        return 1
      }
      key_of() {
        { uname -sm; tools; for lock in ${wanted.locks}; do cat "releases/$1/$lock"; done; } | digest
      }
      files_of() {
        (cd "$1" && stat -c %n . > /dev/null 2>&1 &&
          find . -name .cache -prune -o -exec stat -c '%n|%f|%i|%s|%u|%g|%Y|%z' {} + | sort | digest)
      }`,
  );
}

/** The first word of the config's command: what follows it are arguments. */
function programOf(job: Job, { host }: Site, tool: string): string {
  const { php, composer } = job.wish.settings;
  const named: Readonly<Record<string, string>> = { php: host.php ?? php, composer: host.composer ?? composer };
  return (named[tool] ?? tool).split(' ')[0] ?? tool;
}

/** Proven after it was copied: what was changed meanwhile shows too. What is not taken over is left to the hook that installs it. */
function takeOver(job: Job, from: ReleaseName, wanted: Reuse): Shell {
  const { directory } = wanted;
  const before = posix.join('releases', from, directory);
  const to = posix.join('releases', job.release, directory);
  const part = posix.join('releases', job.release, `.reuse-${directory.replaceAll('/', '%')}`);
  return sh`
    [ -e ${before} ] || [ -L ${before} ] || exit 0
    leave() { rm -rf ${part}; echo ${directory}" is not reused: $1."; exit 0; }
    [ ! -e ${to} ] && [ ! -L ${to} ] || leave 'the revision holds it'
    [ -d ${before} ] && [ ! -L ${before} ] || leave 'the release before has none of its own'
    key=; files=
    [ ! -f ${reuseNote(from, directory)} ] || { read -r key && read -r files; } < ${reuseNote(from, directory)} || :
    [ -n "$files" ] || leave 'nothing is noted of the one in the release before'
    has_locks ${job.release} || leave 'a lock file is missing'
    ! copies_own ${job.release} || leave 'a package in it is copied from the project'
    [ "$(key_of ${job.release})" = "$key" ] || leave 'a lock file, a tool or the platform has changed'
    ! find ${before} -type l -exec readlink {} + | grep -qF "$PWD/releases/" || leave 'a link in it names its release'
    mkdir -p ${posix.dirname(to)}
    cp -a --reflink=auto ${before} ${part} 2>/dev/null || { rm -rf ${part}; cp -pR ${before} ${part}; }
    [ "$(files_of ${before})" = "$files" ] || leave 'a file in it was changed since it was made'
    mv ${part} ${to}
    : > ${reuseMark(job.release, directory)}
    echo ${directory}" is reused from "${from}.`;
}

function note(job: Job, wanted: Reuse): Shell {
  const directory = posix.join('releases', job.release, wanted.directory);
  const file = reuseNote(job.release, wanted.directory);
  return sh`
    if [ -d ${directory} ] && [ ! -L ${directory} ] && has_locks ${job.release} && files=$(files_of ${directory}); then
      printf '%s\n' "$(key_of ${job.release})" "$files" > ${file}.new && mv -f ${file}.new ${file}
    fi`;
}
