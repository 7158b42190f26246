import type { HostName } from '../model/host.ts';
import type { Job } from './job.ts';
import type { Phase, Step } from './plan.ts';
import { putBack, takeOut } from './steps/balance.ts';

/**
 * An activation batch by batch, with each batch taken out of the load balancer before and put back after its checks: in the host's own steps
 * where its own commands do it, else in phases of the hosts on which the load balancer runs.
 */
export function balanced(job: Job, rolling: Phase): readonly Phase[] {
  const { balancer } = job.wish.settings;
  if (balancer === null) return [rolling];
  const { on } = balancer;
  if (on === null) {
    const around = Object.entries(rolling.steps).map(([host, steps]) => [
      host,
      [takeOut(job, balancer, host), ...steps, putBack(job, balancer, host)],
    ]);
    return [{ ...rolling, steps: Object.fromEntries(around) }];
  }
  return rolling.batches.flatMap((batch) => [
    atBalancers(
      'take out',
      on,
      batch.map((server) => takeOut(job, balancer, server)),
    ),
    { ...rolling, batches: [batch], steps: only(rolling.steps, batch) },
    atBalancers(
      'put back',
      on,
      batch.map((server) => putBack(job, balancer, server)),
    ),
  ]);
}

function atBalancers(name: string, on: readonly HostName[], steps: readonly Step[]): Phase {
  return {
    name,
    waits: true,
    batches: [on],
    steps: Object.fromEntries(on.map((host) => [host, steps])),
    onFailure: 'undo',
  };
}

function only(steps: Phase['steps'], hosts: readonly HostName[]): Phase['steps'] {
  return Object.fromEntries(hosts.map((host) => [host, steps[host] ?? []]));
}
