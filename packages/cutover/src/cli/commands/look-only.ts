import type { ByHost } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import { withFleet } from '../connected.ts';
import { contentMarks } from '../content.ts';
import { type Looked, look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** Looks at the hosts of a stage and leaves again; null after everything that is wrong with the config has been printed. */
export async function lookOnly(
  options: StageOptions,
  outside: Outside,
): Promise<(Looked & { readonly settings: Settings; readonly content: ByHost<string> }) | null> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return null;
  return withFleet({ settings, outside, first: 'look' }, async (fleet) => {
    const looked = await look(fleet, settings, new AbortController().signal);
    return { settings, ...looked, content: await contentMarks(fleet, settings) };
  });
}
