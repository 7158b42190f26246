import { type FoundConfig, findConfig } from '../config/find.ts';
import type { Problem } from '../config/problem.ts';
import type { Settings } from '../model/settings.ts';
import { breathe } from './ahead/breathe.ts';
import { isClosed, isConstant } from './ahead/closed.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { tellSentences } from './telling.ts';

/** A stage's settings, with only the hosts that the options select; null after everything that is wrong has been printed. */
export async function settingsFor(options: StageOptions, outside: Outside): Promise<Settings | null> {
  const end = outside.trace?.begin({ place: 'here', kind: 'driver', name: 'config' });
  await breathe();
  const found = findConfig({ directory: outside.directory, file: options.config ?? null });
  if (!found.ok) return tell(found.problems, outside);
  const known = outside.ahead?.known(found.value) ?? null;
  const read =
    known === null ? await readConfigFor(found.value, options, outside) : { settings: known, isConstant: true };
  end?.();
  if (read === null) return null;
  const { settings, isConstant } = read;
  if (isClosed(found.value)) outside.ahead?.settled({ ...found.value, isConstant }, settings);
  return settings;
}

/** What a config came to. */
interface Read {
  readonly settings: Settings;
  /** Whether it need not be read again. */
  readonly isConstant: boolean;
}

async function readConfigFor(found: FoundConfig, options: StageOptions, outside: Outside): Promise<Read | null> {
  const { env } = outside;
  const { readConfig } = await import('../config/load.ts');
  const { resolveStage } = await import('../config/resolve.ts');
  await breathe();
  const loaded = await readConfig(found, env);
  if (!loaded.ok) return tell(loaded.problems, outside);
  const resolved = resolveStage(loaded.value, {
    stage: options.stage ?? null,
    env,
    set: options.set ?? [],
    selection: { hosts: options.host ?? [], roles: options.role ?? [], labels: options.label ?? [] },
  });
  if (!resolved.ok) return tell(resolved.problems, outside);
  const settings = { ...resolved.value, ...(options.config === undefined ? {} : { config: options.config }) };
  return { settings, isConstant: isConstant(found, loaded.value.input) };
}

async function tell(problems: readonly Problem[], outside: Outside): Promise<null> {
  const { problemText } = await import('../config/problem.ts');
  await tellSentences(problems.map(problemText), outside);
  return null;
}
