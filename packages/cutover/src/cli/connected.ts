import type { Settings } from '../model/settings.ts';
import type { ConnectedFleet } from '../remote/fleet.ts';
import type { Means } from './carry-out.ts';
import { connect } from './hosts.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { onStop } from './signals.ts';

/** Whose hosts are wanted, and what their sessions begin with. */
export interface Wanted {
  readonly settings: Settings;
  readonly outside: Outside;
  /** `nothing` for a command that does not look at the hosts first. */
  readonly first: 'look' | 'nothing';
}

/** Lends the connections to the hosts of a stage for as long as `act` takes. */
export async function withFleet<T>(
  { settings, outside, first }: Wanted,
  act: (fleet: ConnectedFleet) => Promise<T>,
): Promise<T> {
  const fleet = connect(settings, outside, first);
  try {
    return await act(fleet);
  } finally {
    await fleet.close();
  }
}

/** The same for what changes hosts: while `act` lasts, Ctrl-C asks it to stop instead of ending the process. */
export function withMeans<T>(
  parts: Wanted & { readonly options: StageOptions },
  act: (means: Means) => Promise<T>,
): Promise<T> {
  return withFleet(parts, async (fleet) => {
    const stopping = onStop(parts.outside);
    stopping.beforeLeaving(() => fleet.leave());
    try {
      return await act({ ...parts, fleet, stopping });
    } finally {
      stopping.release();
    }
  });
}
