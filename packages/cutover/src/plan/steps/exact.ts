import { type Shell, sh } from '../../shell/text.ts';

/**
 * Shell functions that make a directory hold exactly a tree of the repository, writing only what differs from an index. They need
 * `GIT_DIR`, absolute, and answer by their exit code in a condition, where `set -e` has no say.
 *
 * A file is taken for unchanged by the stat data of the index alone, so those must not lie. Size and modification time can be put
 * back after an edit; the change time cannot. Git compares it to the second, so an index is trusted only if its files were
 * written in a second before the one in which they were read and hashed: every later edit then shows in another second.
 */
export const exactFunctions: Shell = sh`
  exact() {
    git --no-pager -c core.autocrlf=false -c core.eol=lf -c core.safecrlf=false -c core.symlinks=true -c core.fileMode=true \
      -c core.ignoreCase=false -c core.trustctime=true -c core.checkStat=default -c core.fsmonitor=false -c core.untrackedCache=false \
      -c core.sparseCheckout=false -c core.attributesFile=/dev/null "$@"
  }
  swap() { tr '\0\n' '\n\0'; }
  ignored() {
    { exact ls-files -z; exact ls-tree -r -d -z --name-only --full-tree "$1" | swap | sed 's|$|/|' | swap; } |
      exact check-attr --cached -z --stdin export-ignore | swap | sed -n 'N;N;s|/*\nexport-ignore\nset$||p' | swap
  }
  leave_out() {
    exact grep -q --cached -F -e export-ignore -- ':(glob)**/.gitattributes' || return 0
    ignored "$1" > "$GIT_INDEX_FILE.ignored" &&
      { [ ! -s "$GIT_INDEX_FILE.ignored" ] ||
        exact --literal-pathspecs rm -r -f -q --cached --ignore-unmatch --pathspec-from-file="$GIT_INDEX_FILE.ignored" --pathspec-file-nul; }
  }
  tidy() {
    find . -name .git -exec rm -rf {} \; -prune -o -type d \( ! -perm -755 -o -perm -020 -o -perm -002 \) -exec chmod 755 {} \; \
      -o ! -type d ! -type f ! -type l -exec rm -f {} \;
  }
  is_whole() {
    [ "$(find . ! -type d -print0 | tr -dc '\0' | wc -c)" -eq "$(exact ls-files -z | tr -dc '\0' | wc -c)" ] &&
      exact diff-files --quiet
  }
  become() {
    export GIT_WORK_TREE="$PWD"
    umask 022
    tidy && exact read-tree --reset "$1" && leave_out "$1" && exact checkout-index -q -a -f -u && exact clean -ffdxq && is_whole
  }`;
