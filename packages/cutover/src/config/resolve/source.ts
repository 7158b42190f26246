import { resolve } from 'node:path/posix';
import type { z } from 'zod';
import type { Host } from '../../model/host.ts';
import type { Batch, Confirmation, Limits } from '../../model/settings.ts';
import type { Source } from '../../model/source.ts';
import type { Tell } from '../problem.ts';
import type { settings } from '../schema/settings.ts';
import { quoted, suggestion } from '../suggest.ts';

type Written = z.output<typeof settings>;

/** Where code comes from; paths of this machine are absolute afterwards. A build may take as long as a hook, unless it says otherwise. */
export function resolveSource(
  { source, limits }: Pick<Written, 'source' | 'limits'>,
  directory: string,
  builders: Builders,
): Source {
  if (source.type === 'artifact')
    return { kind: 'artifact', path: resolve(directory, source.path), exclude: source.exclude };
  const { ref, subdirectory = null } = source;
  if (source.type === 'fetch') return { kind: 'fetch', url: source.url, ref, subdirectory };
  const pushed = { kind: 'git', repository: resolve(directory, source.repository), ref, subdirectory } as const;
  if (source.build === undefined) return pushed;
  const { run, on, path = '.', exclude, limit = limits.hook } = source.build;
  return { ...pushed, build: { run, on: builderNamed(on, builders), path, exclude, limitMs: limit } };
}

/** The hosts of which one may build, whichever of them are deployed to. */
interface Builders {
  readonly hosts: readonly Host[];
  readonly tell: Tell;
}

function builderNamed(name: string | undefined, { hosts, tell }: Builders): Host | null {
  if (name === undefined) return null;
  const found = hosts.find((host) => host.name === name);
  if (found === undefined) {
    const known = hosts.map((host) => host.name);
    tell(['source', 'build', 'on'], `There is no host ${quoted(name)}.`, suggestion(name, known));
  }
  return found ?? null;
}

/** How many hosts are activated together. */
export function resolveBatch(batch: Written['batch']): Batch {
  if (batch === 'all') return { kind: 'all' };
  if (typeof batch === 'number') return { kind: 'count', count: batch };
  return { kind: 'percent', percent: Number.parseInt(batch, 10) };
}

/** The limits in milliseconds. */
export function resolveLimits({ connect, reconnect, step, transfer, hook, idle, phase }: Written['limits']): Limits {
  return {
    connectMs: connect,
    reconnectMs: reconnect,
    stepMs: step,
    transferMs: transfer,
    hookMs: hook,
    ...idleOf(idle),
    ...(phase === undefined ? {} : { phaseMs: phase }),
  };
}

/** What becomes of a release that is never confirmed, and of a lock whose owner is gone. */
export function resolveConfirmation(
  written: Pick<Written, 'confirmWithin' | 'onLostDriver' | 'lostAfter'>,
): Confirmation {
  return { withinMs: written.confirmWithin ?? null, onLost: written.onLostDriver, lostAfterMs: written.lostAfter };
}

/** How long something may print nothing, where that is limited. */
export function idleOf(idleMs: number | undefined): { readonly idleMs?: number } {
  return idleMs === undefined ? {} : { idleMs };
}
