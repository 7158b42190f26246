import { isObject } from '../model/json.ts';
import type { Path, Place } from './problem.ts';

/** A config file that was read and not yet judged. */
export interface LoadedConfig {
  /** Absolute. */
  readonly file: string;
  /** Absolute: where relative paths of this machine begin. */
  readonly directory: string;
  readonly text: string;
  readonly input: unknown;
  readonly locate: Locate;
}

/** Where a path stands in the file; its nearest known ancestor, or null when nothing of it can be found. */
export type Locate = (path: Path) => Place | null;

/** The names of a config's stages, judged or not. */
export function stageNames(input: unknown): string[] {
  return isObject(input) && isObject(input.stages) ? Object.keys(input.stages) : [];
}

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return typeof key === 'number' ? at[key] : undefined;
    return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, value);
}
