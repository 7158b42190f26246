import type { Host } from '../../model/host.ts';
import type { Path, Tell } from '../problem.ts';
import { allHosts, fits, unknownNames } from '../select.ts';

/** The hosts of a stage, and those of them that are wanted this time. */
export interface Fleet {
  readonly hosts: readonly Host[];
  readonly selected: readonly Host[];
}

interface Target {
  readonly hosts?: readonly string[] | undefined;
  readonly roles?: readonly string[] | undefined;
}

/** Names of the hosts that a hook or check is for. One that names none is for the hosts that receive code. */
export function targetsOf(
  fleet: Fleet,
  target: Target,
  { path, tell }: { readonly path: Path; readonly tell: Tell },
): string[] {
  for (const key of ['hosts', 'roles'] as const) {
    for (const found of unknownNames(fleet.hosts, { ...allHosts, [key]: target[key] ?? [] }))
      tell([...path, key], found.message, found.suggestion);
  }
  const isNamed = target.hosts !== undefined || target.roles !== undefined;
  const wanted = { hosts: target.hosts ?? [], roles: target.roles ?? [], labels: [] };
  return fleet.selected.filter((host) => (isNamed || host.receivesCode) && fits(host, wanted)).map(({ name }) => name);
}
