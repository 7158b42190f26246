import { type Shell, sh } from '../../shell/text.ts';

/**
 * Shell text that makes a directory hold exactly a tree of the repository, writing only what differs from an index. They need
 * `GIT_DIR`, absolute, and answer by their exit code in a condition, where `set -e` has no say. `become BASE TREE` is told of which tree the index is: where
 * the directory still holds that, only what differs between both is touched; only where something else shows is everything put right. `is_whole`
 * proves the result from three sides at once: all of the tree is there as it should be, nothing else is, and no mode or kind of it that git does not see is odd.
 *
 * A file is taken for unchanged by the stat data of the index alone, so those must not lie. Size and modification time can be put
 * back after an edit; the change time cannot. Git compares it to the second, so an index is trusted only if its files were
 * written in a second before the one in which they were read and hashed: every later edit then shows in another second.
 */
export const exactFunctions: Shell = sh`
  exact='git --no-pager -c core.autocrlf=false -c core.eol=lf -c core.safecrlf=false -c core.symlinks=true -c core.fileMode=true
    -c core.ignoreCase=false -c core.trustctime=true -c core.checkStat=default -c core.fsmonitor=false -c core.untrackedCache=false
    -c core.sparseCheckout=false -c core.attributesFile=/dev/null'
  swap() { tr '\0\n' '\n\0'; }
  ignored() {
    { $exact ls-files -z; $exact ls-tree -r -d -z --name-only --full-tree "$1" | swap | sed 's|$|/|' | swap; } |
      $exact check-attr --cached -z --stdin export-ignore | swap | sed -n 'N;N;s|/*\nexport-ignore\nset$||p' | swap
  }
  leave_out() {
    $exact grep -q --cached -F -e export-ignore -- ':(glob)**/.gitattributes' || return 0
    ignored "$1" > "$GIT_INDEX_FILE.ignored" &&
      { [ ! -s "$GIT_INDEX_FILE.ignored" ] ||
        $exact --literal-pathspecs rm -r -f -q --cached --ignore-unmatch --pathspec-from-file="$GIT_INDEX_FILE.ignored" --pathspec-file-nul; }
  }
  tidy() {
    find . -name .git -prune -exec rm -rf {} \; -o -type d \( ! -perm -755 -o -perm -020 -o -perm -002 \) -exec chmod 755 {} \; \
      -o ! -type d ! -type f ! -type l -exec rm -f {} \;
  }
  odd() {
    find . -name .git -prune -print -o -type d \( ! -perm -755 -o -perm -020 -o -perm -002 \) -print -o ! -type d ! -type f ! -type l -print
  }
  is_whole() {
    $exact diff-files --quiet &
    odd=$($exact ls-files -o --directory & odd && wait "$!") || odd=.
    wait "$!" && [ -z "$odd" ]
  }
  become() {
    export GIT_WORK_TREE="$PWD"
    umask 022
    [ ! -e "$GIT_INDEX_FILE.ignored" ] && $exact read-tree -m -u "$1" "$2" 2>/dev/null && is_whole ||
      { tidy && $exact read-tree --reset "$2" && leave_out "$2" && $exact checkout-index -q -a -f -u && $exact clean -ffdxq && is_whole; }
  }`;
