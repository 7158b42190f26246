import { type Shell, sh } from './text.ts';

/** `seconds` tells time for waiting: since the host's start where that can be known, for its clock may be set meanwhile. */
export const secondsFunction: Shell = sh`
  seconds() {
    { IFS=. read -r seconds _ < /proc/uptime; } 2>/dev/null || seconds=$(date +%s)
    printf %s "$seconds"
  }`;
