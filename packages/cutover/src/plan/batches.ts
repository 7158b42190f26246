import type { HostName } from '../model/host.ts';
import type { Batch } from '../model/settings.ts';

/** The hosts cut into batches, in order; a percentage is rounded up to whole hosts. */
export function batchesOf(hosts: readonly HostName[], batch: Batch): readonly (readonly HostName[])[] {
  const size = sizeOf(hosts.length, batch);
  return Array.from({ length: Math.ceil(hosts.length / size) }, (_, i) => hosts.slice(i * size, (i + 1) * size));
}

function sizeOf(hosts: number, batch: Batch): number {
  switch (batch.kind) {
    case 'all':
      return Math.max(hosts, 1);
    case 'count':
      return Math.max(batch.count, 1);
    case 'percent':
      return Math.max(Math.ceil((hosts * batch.percent) / 100), 1);
  }
}
