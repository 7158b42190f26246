import type { Failure, UnreachableReason } from '../model/failure.ts';
import type { ByHost, HostName } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import { goOnSentence } from '../report/unreached.ts';
import type { Unseen } from './hosts.ts';

/** A stage without the hosts that are left out. */
export interface LeftOut {
  readonly settings: Settings;
  readonly leftOut: ByHost<Failure>;
}

/** A machine that is off or cut off. What may be somebody else's machine, or ours in disorder, is for a person to look at. */
const away: readonly UnreachableReason[] = ['no-answer', 'no-route', 'connection-refused', 'connection-dropped'];

/** The stage as a deployment may go on with it: whole where nobody is missing; null when too many hosts are, or one that cannot be done without. */
export function leaveOut(settings: Settings, unseen: readonly Unseen[]): LeftOut | null {
  if (unseen.length === 0) return { settings, leftOut: {} };
  const isMissing = (name: HostName): boolean => unseen.some(({ host }) => host.name === name);
  const stay = settings.hosts.filter(({ name }) => !isMissing(name));
  if (unseen.length > settings.tolerate.hosts || !unseen.every(({ failure }) => isAway(failure))) return null;
  if (!stay.some(({ receivesCode }) => receivesCode)) return null;
  if (settings.hooks.some(({ hosts }) => hosts.length > 0 && hosts.every(isMissing))) return null;
  return {
    settings: { ...settings, hosts: stay },
    leftOut: Object.fromEntries(unseen.map(({ host, failure }) => [host.name, failure])),
  };
}

/** How to go on without the hosts that are missing; null where there is no way. */
export function wayWithout(settings: Settings, unseen: readonly Unseen[], mayLeaveOut: boolean): string | null {
  const missing = unseen.length;
  const others = settings.hosts.filter(({ name }) => !unseen.some(({ host }) => host.name === name));
  const tolerating = { ...settings, tolerate: { hosts: missing } };
  if (!others.some(({ receivesCode }) => receivesCode)) return null;
  const canTolerate = mayLeaveOut && leaveOut(tolerating, unseen) !== null;
  return goOnSentence({ missing, others: others.map(({ name }) => name), canTolerate });
}

function isAway(failure: Failure): boolean {
  return failure.kind === 'timeout' || (failure.kind === 'unreachable' && away.includes(failure.reason));
}
