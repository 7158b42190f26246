import { isObject } from '../model/json.ts';
import { valueAt } from './loaded.ts';
import type { Path } from './problem.ts';

type Values = Readonly<Record<string, unknown>>;

/** The settings that hold for one stage, as they were written. */
export interface Merged {
  readonly values: Values;
  /** Where a setting of the stage was written: in the stage or in the project. */
  readonly origin: (path: Path) => Path;
}

/** A stage's settings over the project's: objects are merged key by key, lists and plain values take the place. */
export function mergeStage(config: Values, stage: string): Merged {
  const own = valueAt(config, ['stages', stage]);
  const { stages: _, ...project } = config;
  if (!isObject(own)) return { values: project, origin: (path) => path };
  const values = Object.entries(own).reduce<Values>(
    (merged, [key, value]) => ({ ...merged, [key]: mergeValue(key, merged[key], value) }),
    project,
  );
  return { values, origin: (path) => (isWrittenIn(own, path) ? ['stages', stage, ...path] : path) };
}

function mergeValue(key: string, below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (key === 'hosts') return above;
  if (key === 'source') return mergeSource(below, above);
  return isObject(below) && isObject(above) ? { ...below, ...above } : above;
}

/** A source of another type has nothing in common with the one below it. */
function mergeSource(below: unknown, above: unknown): unknown {
  const [lower, upper] = [sourceObject(below), sourceObject(above)];
  return isObject(lower) && isObject(upper) && lower.type === upper.type ? { ...lower, ...upper } : above;
}

function sourceObject(source: unknown): unknown {
  return source === 'git' || source === undefined ? { type: 'git' } : source;
}

function isWrittenIn(own: Values, path: Path): boolean {
  if (path.length === 0) return false;
  const isMergedByKey = isObject(valueAt(own, path.slice(0, 1)));
  return valueAt(own, path.slice(0, isMergedByKey ? 2 : 1)) !== undefined;
}
