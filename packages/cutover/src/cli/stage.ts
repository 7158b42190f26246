import type { Problem } from '../config/problem.ts';
import type { Settings } from '../model/settings.ts';
import { breathe } from './ahead/breathe.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { tellSentences } from './telling.ts';

/** A stage's settings, with only the hosts that the options select; null after everything that is wrong has been printed. */
export async function settingsFor(options: StageOptions, outside: Outside): Promise<Settings | null> {
  const end = outside.trace?.begin({ place: 'here', kind: 'driver', name: 'config' });
  await breathe();
  const { loadConfig } = await import('../config/load.ts');
  const { resolveStage } = await import('../config/resolve.ts');
  await breathe();
  const { env } = outside;
  const loaded = await loadConfig({ directory: outside.directory, file: options.config ?? null, env });
  if (!loaded.ok) return tell(loaded.problems, outside);
  const resolved = resolveStage(loaded.value, {
    stage: options.stage ?? null,
    env,
    set: options.set ?? [],
    selection: { hosts: options.host ?? [], roles: options.role ?? [], labels: options.label ?? [] },
  });
  end?.();
  if (!resolved.ok) return tell(resolved.problems, outside);
  outside.ahead?.settled(loaded.value, resolved.value);
  return { ...resolved.value, ...(options.config === undefined ? {} : { config: options.config }) };
}

async function tell(problems: readonly Problem[], outside: Outside): Promise<null> {
  const { problemText } = await import('../config/problem.ts');
  await tellSentences(problems.map(problemText), outside);
  return null;
}
