import type { z } from 'zod';
import type { Host } from '../../model/host.ts';
import type { Path, Tell } from '../problem.ts';
import { expanded, lengthOf, rangeOf } from '../ranges.ts';
import type { hosts as hostsSchema } from '../schema/hosts.ts';
import { tellDuplicates } from './duplicates.ts';

type WrittenHosts = z.output<typeof hostsSchema>;
type WrittenHost = WrittenHosts[string];

/** What hosts get that say nothing themselves. */
export interface HostDefaults {
  readonly path: string | undefined;
  readonly user: string | undefined;
}

/** A stage's hosts with their ranges written out. */
export function resolveHosts(written: WrittenHosts, defaults: HostDefaults, tell: Tell): Host[] {
  const found = Object.entries(written).flatMap(([name, host]) =>
    namesOf(name, host, tell).map((_, i) => ({ from: name, host: oneHost(name, host, { ...defaults, i }) })),
  );
  if (Object.keys(written).length === 0)
    tell(['hosts'], 'The stage has no hosts.', 'Add one, such as web1: { address: "web1.example" }.');
  for (const [name, host] of Object.entries(written)) tellFaults(name, host, defaults, tell);
  tellDuplicates(found, tell);
  if (found.length > 0 && !found.some(({ host }) => host.receivesCode)) {
    tell(
      ['hosts'],
      'None of the hosts receives code.',
      'Take "receivesCode: false" off those that serve the application.',
    );
  }
  return found.map(({ host }) => host);
}

/** More hosts than this in one range is a slip of the finger. */
const longestRange = 1000;

function namesOf(name: string, host: WrittenHost, tell: Tell): readonly unknown[] {
  const range = rangeOf(name);
  if (range === null) return [name];
  const length = lengthOf(range);
  if (length < 1)
    tell(
      ['hosts', name],
      'The range runs backwards.',
      `Write it from the lower to the higher number: [${range.last}:${range.first}].`,
    );
  if (length > longestRange) tell(['hosts', name], `The range has ${length} hosts; ${longestRange} are possible.`);
  for (const key of ['address', 'path'] as const) tellOtherLength(host[key], length, () => ['hosts', name, key], tell);
  return length > longestRange ? [] : Array.from({ length: Math.max(0, length) });
}

function tellOtherLength(text: string | undefined, length: number, path: () => Path, tell: Tell): void {
  const range = text === undefined ? null : rangeOf(text);
  if (range !== null && length > 0 && lengthOf(range) !== length) {
    tell(path(), `The host's name is a range of ${length}, this is one of ${Math.max(0, lengthOf(range))}.`);
  }
}

function oneHost(name: string, host: WrittenHost, { path, user, i }: HostDefaults & { readonly i: number }): Host {
  return {
    name: expanded(name, i),
    address: host.local ? 'localhost' : expanded(host.address ?? name, i),
    transport: host.local ? 'local' : 'ssh',
    port: host.port ?? null,
    user: host.local ? null : (host.user ?? user ?? null),
    deployPath: host.path === undefined ? (path ?? '') : expanded(host.path, i),
    roles: [...new Set(host.roles)],
    labels: host.labels,
    receivesCode: host.receivesCode,
    forwardAgent: host.forwardAgent,
    env: host.env,
    php: host.php ?? null,
    composer: host.composer ?? null,
  };
}

function tellFaults(name: string, host: WrittenHost, { path }: HostDefaults, tell: Tell): void {
  if (host.path === undefined && path === undefined) {
    tell(
      ['hosts', name],
      'The host has no deploy path.',
      'Set "path" here, in the stage or in the project, such as path: "/srv/shop".',
    );
  }
  for (const key of ['address', 'path'] as const) {
    if (rangeOf(name) === null && rangeOf(host[key] ?? '') !== null)
      tell(['hosts', name, key], "There is a range here and none in the host's name.");
  }
  for (const key of ['address', 'port', 'user', 'forwardAgent'] as const) {
    if (host.local && host[key] !== undefined && host[key] !== false) {
      tell(
        ['hosts', name, key],
        `A local host is this machine itself: "${key}" means nothing here.`,
        'Remove it, or remove "local: true".',
      );
    }
  }
}
