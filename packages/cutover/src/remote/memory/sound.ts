import { type ReleaseName, stateOf } from '../../model/release.ts';
import type { MemoryHost } from './host.ts';

/** Whether the release in service, if there is one, is whole, not recorded as unfinished or failed, and runs where releases run. */
export function servesSoundly(host: MemoryHost): boolean {
  if (host.current === null) return true;
  const record = host.records.get(host.current);
  return (
    runs(host, host.current) &&
    host.directories.get(host.current) === 'complete' &&
    !(record && ['building', 'failed'].includes(stateOf(record)))
  );
}

/** Where nothing runs at all, nothing is expected to. */
function runs(host: MemoryHost, release: ReleaseName): boolean {
  return host.processes.size === 0 || [...host.processes].some((process) => process.startsWith(`${release} `));
}
