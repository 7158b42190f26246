import {
  currentLink,
  foreignLockFile,
  heartbeatFile,
  holderFile,
  lockDir,
  otherLayout,
  owedDir,
  recordsDir,
  releaseRefs,
  releasesDir,
  removerFile,
  repository,
  sharedTarget,
  stepFile,
  weightFile,
} from '../model/layout.ts';
import { isAliveFunction } from '../shell/alive.ts';
import { lines, type Shell, tight } from '../shell/text.ts';
import { activationLines } from './probe-activations.ts';
import { closedFunction, closedLines } from './probe-closed.ts';
import { hostScript } from './probe-host-script.ts';
import { processLines } from './probe-processes.ts';
import { type ProbeInput, put } from './probe-put.ts';

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
    tight`deploy=${input.deployPath}`,
    closedFunction,
    hostScript,
    sharedLines(input),
    tight`
      exec 2>/dev/null
      if [ ! -d "$deploy" ]; then
        if [ -e "$deploy" ] || [ -L "$deploy" ]; then put deploy-path other
        elif [ -n "$blocked" ] || closed "$near" "$near"; then put deploy-path missing
        else put deploy-path creatable
        fi
      elif ! cd -P "$deploy/."; then
        put deploy-path directory
        closed "$deploy" "$deploy" || :
      else`,
    deployPathLines(),
    tight`
      fi
      put end`,
  );
}

/** Run in the deploy path: everything below is relative to it. What may not be looked at, or a tool does not know, is not told, and no error of it either. */
function deployPathLines(): Shell {
  return lines(
    tight`
      put deploy-path directory
      here=$PWD
      put deploy-physical "$here"
      put deploy-asked "$deploy"`,
    closedLines,
    isAliveFunction,
    currentLines,
    releaseLines,
    recordLines,
    owedLines,
    processLines,
    foreignLockLines,
    treeLines,
  );
}

/** Relative to the deploy path. `cd` gets a `./` before it, or it would search CDPATH. */
function below(of: (deployPath: string) => string): string {
  return of('.');
}

/** By its text and by where it leads: a link may go there through another link. */
const currentLines = tight`
  if [ -L ${below(currentLink)} ]; then
    put current-text "$(readlink ${below(currentLink)})"
    if cd -P ./${below(currentLink)}/.; then put current-path "$PWD"; fi
    cd "$here"
  elif [ -e ${below(currentLink)} ]; then put current-real
  fi`;

const releaseLines = tight`
  if cd -P ./${below(releasesDir)}/.; then
    put releases-path "$PWD"
    for name in *; do
      [ ! -d "$name" ] || [ -L "$name" ] || put directory "$name"
    done
    cd "$here"
  fi`;

/** A record without a byte is what a power cut left of one that was being made: none. One grep shows all records and the lock's holder, each line with its file's name; names that grep could not show clearly are told apart, and so is what was put away meanwhile. */
const recordLines = tight`
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
    for file in ${[holderFile, stepFile].map(below)}; do
      [ ! -f "$file" ] || set -- "$@" "$file"
    done
    file=${below(heartbeatFile)}
    if [ -f "$file" ]; then
      put beat "$(date -r "$file" +%s || stat -c %Y "$file" || :)"
      put now "$(date +%s)"
    fi
  fi
  ${activationLines}
  pid=
  if [ -f ${removerFile} ]; then read -r pid booted started < ${removerFile} || :; fi
  if is_alive "$pid" "\${booted-}" "\${started-}"; then
    trash=
    put removing
  else trash=releases/.trash-*
  fi
  if [ -f ${weightFile} ]; then
    read -r weight < ${weightFile} || :
    put weight "$weight"
  fi
  for file in .cutover/lock.* .cutover/freed.* .cutover/swap.* .cutover/incoming/* $trash current.*; do
    if [ -e "$file" ] || [ -L "$file" ]; then put leftover "$file"; fi
  done
  if [ $# -gt 0 ]; then
    grep "" /dev/null "$@" || :
    for file; do [ -e "$file" ] || put gone "$file"; done
  fi`;

/**
 * Shared paths are told of one after the other. Where one is missing,
 * so is where it cannot be made; the deploy path itself is looked at in any case.
 */
function sharedLines({ layout, shared }: ProbeInput): Shell | null {
  if (shared.length === 0) return null;
  return tight`
    for to in ${shared.map(({ to }) => to)}; do
      path=$deploy/${sharedTarget('.', layout, '.')}/$to
      if [ -d "$path" ]; then is=directory
      elif [ -s "$path" ] && [ -f "$path" ]; then is=file
      elif [ -f "$path" ]; then is=empty
      elif [ -e "$path" ] || [ -L "$path" ]; then is=other
      else
        is=missing
        elsewhere=$deploy/${sharedTarget('.', otherLayout(layout), '.')}/$to
        if [ -e "$elsewhere" ] || [ -L "$elsewhere" ]; then put misplaced "$to"; fi
        until [ -d "$path/" ]; do path=\${path%/*}; done
        case $path in "$deploy"/*) closed "$path" "$path" || : ;; esac
      fi
      put shared-$is "$to"
    done`;
}

const owedLines = tight`
  for file in ${below(owedDir)}/*; do
    [ ! -f "$file" ] || put owed "\${file##*/}"
  done`;

/** Whoever deploys by the other tool, or did until it died, may put its release in service whatever is recorded here. */
const foreignLockLines = tight`
  [ ! -e ${below(foreignLockFile)} ] ||
  put foreign-lock "$(date -u -r ${below(foreignLockFile)} +%Y-%m-%dT%H:%M:%SZ) $(cat ${below(foreignLockFile)})"`;

const treeLines = tight`
  case $found in
    *\ git*)
      if [ -d ${below(repository)} ]; then
        git --git-dir=${below(repository)} for-each-ref --format="!tree %(refname) %(objectname)" ${releaseRefs} || :
      fi ;;
  esac`;
