import { historyFile } from '../model/layout.ts';
import type { Settings } from '../model/settings.ts';
import { rowsOfHost } from '../report/history.ts';
import type { HistoryRow } from '../report/tables.ts';
import { sh } from '../shell/text.ts';
import { capture } from './capture.ts';
import { withFleet } from './connected.ts';
import type { Outside } from './outside.ts';

/** No more hosts than this are asked in turn: where three are silent, the fault is here. */
const mostAsked = 3;

/** The last deployments that the first host to answer remembers; null when none answers. */
export function hostsPast(settings: Settings, limit: number, outside: Outside): Promise<readonly HistoryRow[] | null> {
  const hosts = settings.hosts.filter((host) => host.receivesCode).slice(0, mostAsked);
  return withFleet({ settings, outside, first: 'nothing' }, async (fleet) => {
    for (const host of hosts) {
      const script = sh`
        cd ${host.deployPath} 2>/dev/null || exit 0
        tail -n ${limit} ${historyFile} 2>/dev/null || :`;
      const captured = await capture(fleet, host.name, { script, signal: new AbortController().signal });
      if (captured.ok) return rowsOfHost(captured.output);
    }
    return null;
  });
}
