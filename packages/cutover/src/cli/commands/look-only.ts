import type { ByHost, Host } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import { withFleet } from '../connected.ts';
import { contentMarks } from '../content.ts';
import { type Looked, look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** What was found of a stage. */
export interface Found extends Looked {
  readonly settings: Settings;
  /** The hosts that can have releases. */
  readonly coded: readonly Host[];
  readonly content: ByHost<string>;
}

/** Looks at the hosts of a stage and leaves again; null after everything that is wrong with the config has been printed. */
export async function lookOnly(options: StageOptions, outside: Outside): Promise<Found | null> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return null;
  return withFleet({ settings, outside, first: 'look' }, async (fleet) => {
    const looked = await look(fleet, settings, new AbortController().signal);
    const coded = settings.hosts.filter((host) => host.receivesCode);
    return { settings, coded, ...looked, content: await contentMarks(fleet, settings) };
  });
}
