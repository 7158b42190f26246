import type { HostName } from './host.ts';

/** A load balancer that sends nothing to a host while the host is activated. */
export interface Balancer {
  readonly way: BalancerWay;
  /** Where its commands run; null is each host itself. */
  readonly on: readonly HostName[] | null;
  /** How long the last requests may take, and how long the balancer may take to find the host healthy again. */
  readonly withinMs: number;
}

/** How it is spoken to. `{{ host }}` in a text stands for the host's name. */
export type BalancerWay =
  /** HAProxy by its runtime socket: a path, or `address:port`. */
  | { readonly kind: 'haproxy'; readonly socket: string; readonly backend: string; readonly server: string }
  /** nginx by a file that holds the host's `server` line of the upstream. */
  | { readonly kind: 'nginx'; readonly file: string; readonly reload: string }
  | { readonly kind: 'command'; readonly out: string; readonly back: string };
