import { sh } from './text.ts';

/** Sets `$apart` to what begins a program in a session of its own. A host that has neither is refused before anything runs there. */
export const apartLookup = sh`
  if command -v setsid > /dev/null 2>&1; then apart=setsid; else apart='perl -MPOSIX -e POSIX::setsid;exec@ARGV'; fi`;
