import { aliveFunctions } from '../../shell/alive.ts';
import { apartLookup } from '../../shell/apart.ts';
import { lines, sh } from '../../shell/text.ts';

/**
 * `aside NOTE SCRIPT NAME ARGUMENT…`: begins what goes on by itself when the deployment is over, and gives way to all else on the host. NOTE is the file that tells
 * which process it is, unless it is over by then. With `is_alive`.
 */
export const asideFunction = lines(
  aliveFunctions,
  sh`
    aside() {
      note=$1
      shift
      ${apartLookup}
      nice $apart sh -c "$@" < /dev/null > /dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
      if [ ! -d /proc/self ] || start_of "$!" > /dev/null 2>&1; then identity "$!" > "$note"; else rm -f "$note"; fi
    }`,
);
