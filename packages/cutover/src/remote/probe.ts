import {
  currentLink,
  heartbeatFile,
  holderFile,
  lockDir,
  owedDir,
  recordsDir,
  releaseRefs,
  releasesDir,
  repository,
  sharedTarget,
  stepFile,
} from '../model/layout.ts';
import type { Layout, SharedPath } from '../model/settings.ts';
import { aliveFunctions } from '../shell/alive.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { activationLines } from './probe-activations.ts';
import { foreignScript } from './probe-foreign-script.ts';
import { hostScript } from './probe-host-script.ts';
import { processLines } from './probe-processes.ts';

/** What a look at a host needs to know of it. */
export interface ProbeInput {
  /** Absolute. */
  readonly deployPath: string;
  readonly layout: Layout;
  readonly shared: readonly SharedPath[];
}

/**
 * One read-only script that tells all facts of a host; `parseFacts` reads what it prints. It runs before every deployment, so it
 * lives on the shell's builtins: `id`, `date`, `stat`, `readlink`, `grep` and `git` are started at most once each, and `tail` and
 * `sed` only where another tool's releases wait to be taken over.
 *
 * Each line begins with `!` and what it is, with `!+` for one more line of the same value, or, where files are shown, with the
 * file's path and a colon. Everything else on the output is not ours.
 */
export function probeScript(input: ProbeInput): Shell {
  return lines(
    put,
    hostScript(input.deployPath),
    tellShared,
    ...input.shared.map((path) => sharedLine(input, path)),
    sh`
      if [ ! -d ${input.deployPath} ]; then
        if [ -e ${input.deployPath} ] || [ -L ${input.deployPath} ]; then put deploy-path other
        elif can_create; then put deploy-path creatable
        else put deploy-path missing
        fi
      elif ! cd -P ${input.deployPath}/. 2>/dev/null; then put deploy-path read-only
      else`,
    deployPathLines(input),
    sh`
      fi
      put end`,
  );
}

/** A value may hold newlines; printf and read are builtins, a here-document costs at most one process where there are any. */
const put = sh`
  export LC_ALL=C
  newline=${'\n'}
  put() {
    case \${2-} in
      *"$newline"*)
        mark="!$1 "
        while IFS= read -r line; do
          printf '%s%s\n' "$mark" "$line"
          mark='!+'
        done <<end_of_value
  $2
  end_of_value
        ;;
      *) printf '!%s %s\n' "$1" "\${2-}" ;;
    esac
  }`;

/** Run in the deploy path: everything below is relative to it. */
function deployPathLines(input: ProbeInput): Shell {
  return lines(
    sh`if [ -w . ]; then put deploy-path writable; else put deploy-path read-only; fi`,
    sh`here=$PWD`,
    sh`put deploy-physical "$here"`,
    sh`put deploy-asked ${input.deployPath}`,
    aliveFunctions,
    currentLines,
    releaseLines,
    recordLines,
    owedLines,
    processLines,
    treeLines,
    foreignScript(input.shared),
  );
}

/** Relative to the deploy path. `cd` gets a `./` before it, or it would search CDPATH. */
function below(of: (deployPath: string) => string): string {
  return of('.');
}

/** By its text and by where it leads: a link may go there through another link. */
const currentLines = sh`
  if [ -L ${below(currentLink)} ]; then
    put current-text "$(readlink ${below(currentLink)})"
    if cd -P ./${below(currentLink)}/. 2>/dev/null; then put current-path "$PWD"; fi
    cd "$here"
  elif [ -e ${below(currentLink)} ]; then put current-real
  fi`;

const releaseLines = sh`
  if cd -P ./${below(releasesDir)}/. 2>/dev/null; then
    put releases-path "$PWD"
    for name in *; do
      if [ -d "$name" ] && [ ! -L "$name" ]; then put directory "$name"; fi
    done
    cd "$here"
  fi`;

/** A record without a byte is what a power cut left of one that was being made: none. One grep shows all records and the lock's holder, each line with its file's name; names that grep could not show clearly are told apart. */
const recordLines = sh`
  set --
  for file in ${below(recordsDir)}/*.json; do
    if [ -f "$file" ] && [ -s "$file" ]; then
      put record "$file"
      case $file in
        *[!A-Za-z0-9._/+-]*) ;;
        *) set -- "$@" "$file" ;;
      esac
    fi
  done
  if [ -e ${below(lockDir)} ] || [ -L ${below(lockDir)} ]; then
    put lock
    if [ -f ${below(holderFile)} ]; then set -- "$@" ${below(holderFile)}; fi
    if [ -f ${below(stepFile)} ]; then set -- "$@" ${below(stepFile)}; fi
    if [ -f ${below(heartbeatFile)} ]; then
      put beat "$(date -r ${below(heartbeatFile)} +%s 2>/dev/null || stat -c %Y ${below(heartbeatFile)} 2>/dev/null || :)"
      put now "$(date +%s)"
    fi
  fi
  ${activationLines}
  for file in .cutover/lock.* .cutover/freed.* .cutover/swap.* .cutover/incoming/* releases/.trash-* current.*; do
    if [ -e "$file" ] || [ -L "$file" ]; then put leftover "$file"; fi
  done
  if [ $# -gt 0 ]; then grep '' /dev/null "$@" 2>/dev/null || :; fi`;

/** One function for all shared paths: a look is short enough to go along with the command that opens a session. */
const tellShared = sh`
  tell_shared() {
    if [ -d "$1" ]; then put shared-directory "$2"
    elif [ -f "$1" ]; then
      if [ -s "$1" ]; then put shared-file "$2"; else put shared-empty "$2"; fi
    elif [ -e "$1" ] || [ -L "$1" ]; then put shared-other "$2"
    else put shared-missing "$2"
    fi
  }`;

function sharedLine({ deployPath, layout }: ProbeInput, { to }: SharedPath): Shell {
  return sh`tell_shared ${sharedTarget(deployPath, layout, to)} ${to}`;
}

const owedLines = sh`
  for file in ${below(owedDir)}/*; do
    if [ -f "$file" ]; then put owed "\${file##*/}"; fi
  done`;

const treeLines = sh`
  case $found in
    *' git'*)
      if [ -d ${below(repository)} ]; then
        git --git-dir=${below(repository)} for-each-ref --format='!tree %(refname) %(objectname)' ${releaseRefs} 2>/dev/null || :
      fi ;;
  esac`;
