import { type Shell, sh } from '../../shell/text.ts';

/**
 * `why_unwritten DIRECTORY` says why nothing could be written there. What tools say is not enough: to them no inode is no space, and a shell
 * calls both an I/O error.
 */
export const whyUnwritten: Shell = sh`
  why_unwritten() {
    case "$(stat -f -c '%c %d %a' "$1" 2>/dev/null || :)" in
      *' 0') echo 'No space is left on the disk.' ;;
      [1-9]*' 0 '*) echo 'No inode is left on the disk: no file can be made there, however much space is free.' ;;
      *) if (: > "$1/trial.$$"); then rm -f "$1/trial.$$"; echo 'By now it can be written to.'; fi ;;
    esac 2>&1
  }`;
