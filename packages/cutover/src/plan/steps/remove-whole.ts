import { sh } from '../../shell/text.ts';

/**
 * `remove_whole PATH`: what was put aside, such as a release, with all that is in it. What a build protected from writing is opened first;
 * what belongs to somebody else stays, and is told with what removes it. Run in the deploy path.
 */
export const removeWholeFunction = sh`
  remove_whole() {
    if rm -rf -- "$1" 2>/dev/null; then return 0; fi
    find "$1" -type d ! -perm -700 -exec chmod u+rwx {} \; 2>/dev/null || :
    said=$(rm -rf -- "$1" 2>&1 | sed -n 1p)
    [ -e "$1" ] || return 0
    echo "$1 could not be removed whole ($said). On the host: sudo rm -rf '$PWD/$1'"
    return 1
  }`;
