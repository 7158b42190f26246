import type { Settings } from '../../model/settings.ts';
import { withFleet } from '../connected.ts';
import { type Looked, look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** Looks at the hosts of a stage and leaves again; null after everything that is wrong with the config has been printed. */
export async function lookOnly(
  options: StageOptions,
  outside: Outside,
): Promise<(Looked & { readonly settings: Settings }) | null> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return null;
  const looked = await withFleet({ settings, outside, first: 'look' }, (fleet) =>
    look(fleet, settings, new AbortController().signal),
  );
  return { settings, ...looked };
}
