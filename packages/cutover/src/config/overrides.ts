import { isObject, jsonOf } from '../model/json.ts';
import { valueAt } from './loaded.ts';
import { mergeStage } from './merge.ts';
import { type Path, type Problem, problem } from './problem.ts';
import { quoted } from './suggest.ts';
import { structuralProblems } from './validate.ts';

/** A config with settings from the command line put into one stage. */
export interface Overridden {
  readonly value: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
  /** Where values were put. */
  readonly paths: readonly Path[];
}

/** Puts `key=value` settings, such as `keep=3` or `source.ref=v2`, into a stage; the schema decides what type a value has. */
export function override(config: Readonly<Record<string, unknown>>, stage: string, set: readonly string[]): Overridden {
  return set.reduce<Overridden>((so, argument) => overrideOne(so, stage, argument), {
    value: config,
    problems: [],
    paths: [],
  });
}

function overrideOne(so: Overridden, stage: string, argument: string): Overridden {
  const keys = keysOf(argument);
  if (keys === null) {
    const advice = 'Write --set key=value, such as --set keep=3 or --set source.ref=main.';
    return { ...so, problems: [...so.problems, problem([], `${quoted(argument)} is not a setting.`, advice)] };
  }
  const path = ['stages', stage, ...keys];
  const text = argument.slice(argument.indexOf('=') + 1);
  return {
    value: withTyped(broughtAlong(so.value, path), path, text),
    problems: so.problems,
    paths: [...so.paths, path],
  };
}

function keysOf(argument: string): string[] | null {
  const before = /^([^=]+)=/s.exec(argument)?.[1];
  if (before === undefined) return null;
  const keys = [...before.matchAll(/"([^"]*)"|([^."]+)/g)].map((match) => match[1] ?? match[2] ?? '');
  return keys.some((key) => key === '') || keys.length === 0 ? null : keys;
}

/**
 * Stages are merged with the project one level deep, so an object in a setting of the stage would take the place of the project's: what holds
 * so far is written there first, on the whole way to the value.
 */
function broughtAlong(config: Readonly<Record<string, unknown>>, path: Path): Readonly<Record<string, unknown>> {
  const [, stage, ...keys] = path;
  const { values } = mergeStage(config, String(stage));
  const way = keys.slice(0, 2);
  const holds = keys.length > way.length && keys[0] !== 'hosts' ? valueAt(values, way) : undefined;
  return isObject(holds) ? withValue(config, ['stages', String(stage), ...way], holds) : config;
}

/** The text itself where the schema takes one; what it says as JSON where it does not. */
function withTyped(
  config: Readonly<Record<string, unknown>>,
  path: Path,
  text: string,
): Readonly<Record<string, unknown>> {
  const asText = withValue(config, path, text);
  const json = jsonOf(text);
  if (json === undefined || !hasProblemAt(asText, path)) return asText;
  return withValue(config, path, json);
}

function hasProblemAt(config: unknown, path: Path): boolean {
  return structuralProblems(config).some((found) => path.every((key, i) => found.path[i] === key));
}

function withValue(
  config: Readonly<Record<string, unknown>>,
  [key, ...rest]: Path,
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (key === undefined) return config;
  const below = Object.hasOwn(config, key) ? config[key] : undefined;
  return { ...config, [key]: rest.length === 0 ? value : withValue(opened(key, below), rest, value) };
}

function opened(key: string | number, below: unknown): Readonly<Record<string, unknown>> {
  if (isObject(below)) return below;
  return key === 'source' ? { type: 'git' } : {};
}
