import type { z } from 'zod';
import type { Balancer, BalancerWay } from '../../model/balancer.ts';
import type { Batch } from '../../model/settings.ts';
import type { Tell } from '../problem.ts';
import type { drain as drainSchema } from '../schema/drain.ts';
import { type Fleet, targetsOf } from './targets.ts';

type Written = z.output<typeof drainSchema>;

/** The load balancer of a stage; null when nothing is said of one. */
export function resolveDrain(
  written: Written | undefined,
  { fleet, batch, tell }: { readonly fleet: Fleet; readonly batch: Batch; readonly tell: Tell },
): Balancer | null {
  if (written === undefined) return null;
  if (batch.kind === 'all')
    tell(
      ['drain'],
      'All hosts together cannot be taken out of a load balancer.',
      'Set "batch" to a number or share of hosts, such as 1.',
    );
  const isNamed = written.hosts !== undefined || written.roles !== undefined;
  const everywhere = { ...fleet, selected: fleet.hosts };
  return {
    way: wayOf(written),
    on: isNamed ? targetsOf(everywhere, written, { path: ['drain'], tell }) : null,
    withinMs: written.within,
  };
}

function wayOf({ haproxy, nginx, command }: Written): BalancerWay {
  if (haproxy !== undefined) return { kind: 'haproxy', ...haproxy };
  if (nginx !== undefined) return { kind: 'nginx', ...nginx };
  return { kind: 'command', out: command?.out ?? '', back: command?.back ?? '' };
}
