import type { Host } from '../../model/host.ts';
import type { Tell } from '../problem.ts';

/** A host, and the key under which it is written: many hosts of a range have one. */
interface Found {
  readonly from: string;
  readonly host: Host;
}

/** Tells which hosts are there twice, by their name or by their place: once for each two keys, however many hosts are written under them. */
export function tellDuplicates(found: readonly Found[], tell: Tell): void {
  const named = twinsIn(found, ({ name }) => name);
  for (const twins of named) tell(['hosts', twins[0].one.from], twiceText(twins));
  const again = new Set(named.flat().map(({ one }) => one));
  const placed = found.filter((one) => !again.has(one) && one.host.deployPath !== '');
  for (const [twin, ...others] of twinsIn(placed, placeOf)) {
    const names = namesOf([twin.first, twin.one, ...others.map(({ one }) => one)]);
    tell(['hosts', twin.one.from], `The hosts ${names} have the same address and deploy path.`, sameAdvice(twin.one));
  }
}

interface Twin {
  readonly first: Found;
  readonly one: Found;
}

/** Hosts that are alike in something with one before them, those that are written under one key together. */
function twinsIn(found: readonly Found[], by: (host: Host) => string): readonly (readonly [Twin, ...Twin[]])[] {
  const firsts = new Map(found.toReversed().map((one) => [by(one.host), one]));
  const twins = found.flatMap((one) => {
    const first = firsts.get(by(one.host));
    return first === undefined || first === one ? [] : [{ first, one }];
  });
  const groups = Map.groupBy(twins, ({ first, one }) => JSON.stringify([first.from, one.from]));
  return [...groups.values()].filter((twins): twins is [Twin, ...Twin[]] => twins.length > 0);
}

function placeOf({ transport, address, port, deployPath }: Host): string {
  return JSON.stringify([transport, address.toLowerCase(), port, deployPath]);
}

function twiceText([twin, ...others]: readonly [Twin, ...Twin[]]): string {
  const names = namesOf([twin, ...others].map(({ one }) => one));
  const { from } = twin.first;
  if (others.length === 0) return `The host ${names} is there twice: it is in "${from}" too.`;
  return `The hosts ${names} are there twice: they are in "${from}" too.`;
}

function namesOf(found: readonly Found[]): string {
  const names = found.map(({ host }) => `"${host.name}"`);
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  return shown.length === 1 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function sameAdvice({ from, host }: Found): string {
  const range = /\[\d+:\d+\]/.exec(from)?.[0];
  if (range !== undefined && host.transport === 'ssh')
    return `Put the range into "address" too, such as "web${range}.example".`;
  return 'Two deployments in one directory would undo one another: keep one of them.';
}
