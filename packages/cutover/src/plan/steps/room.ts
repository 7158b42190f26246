import { ScriptExit } from '../../model/failure.ts';
import { whyUnwritten } from '../../shell/room.ts';
import { type Shell, sh } from '../../shell/text.ts';

/**
 * For the beginning of a step that writes much: where it fails and no room is left, that is what it ends with, and `tidy` is done; where there is
 * room, `otherwise`. It is measured before anything is given back.
 */
export function tellNoRoom({ tidy, otherwise }: { readonly tidy?: Shell; readonly otherwise?: Shell } = {}): Shell {
  return sh`
    ${whyUnwritten}
    tell_no_room() {
      [ "$?" -ne 0 ] || return 0
      if no_room releases; then ${tidy ?? sh`:`}; exit ${ScriptExit.noRoom}; fi
      ${otherwise ?? sh`:`}
    }
    trap tell_no_room EXIT`;
}
