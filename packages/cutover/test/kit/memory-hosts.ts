import type { ReleaseName, ReleaseRecord, ReleaseState } from '../../src/model/release.ts';
import { emptyHost, type MemoryHost } from '../../src/remote/memory/host.ts';
import { aRevision } from './wishes.ts';

/** A host with releases in the states given, oldest first; the live one is in service. */
export function hostWith(releases: readonly (readonly [ReleaseName, ReleaseState])[]): MemoryHost {
  const host = emptyHost();
  for (const [name, state] of releases) {
    host.records.set(name, aRecord(name, state));
    if (state !== 'failed') host.directories.set(name, state === 'building' ? 'partial' : 'complete');
    if (state === 'live') host.current = name;
  }
  return host;
}

/** A record that went through what leads to its state. */
export function aRecord(name: ReleaseName, state: ReleaseState): ReleaseRecord {
  const path: Readonly<Record<ReleaseState, readonly ReleaseState[]>> = {
    building: ['building'],
    ready: ['building', 'ready'],
    live: ['building', 'ready', 'live'],
    retired: ['building', 'ready', 'live', 'retired'],
    failed: ['building', 'failed'],
    bad: ['building', 'ready', 'live', 'bad'],
  };
  const at = `${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6, 8)}T${name.slice(8, 10)}:${name.slice(10, 12)}:${name.slice(12, 14)}Z`;
  return {
    format: 1,
    name,
    project: 'shop',
    revision: aRevision,
    deployment: `made-${name}`,
    by: 'ann@desk',
    adoptedFrom: null,
    states: path[state].map((entry) => ({ state: entry, at })),
  };
}

/** A host as it is after a few deployments: one live, two that served before, one that failed. */
export function usedHost(): MemoryHost {
  return hostWith([
    ['20260301100000', 'retired'],
    ['20260302100000', 'retired'],
    ['20260303100000', 'failed'],
    ['20260304100000', 'live'],
  ]);
}

/** The same, where what is in service runs. */
export function busyHost(): MemoryHost {
  const host = usedHost();
  host.processes.add('20260304100000 app').add('20260304100000 mailer');
  return host;
}
