import { isObject } from '../model/json.ts';
import type { Settings } from '../model/settings.ts';
import { type Environment, interpolate } from './interpolate.ts';
import { type LoadedConfig, stageNames, valueAt } from './loaded.ts';
import { override } from './overrides.ts';
import { type Path, type Problem, problem, type Result } from './problem.ts';
import { settle } from './resolve/settle.ts';
import type { Selection } from './select.ts';
import { listed, quoted, suggestion } from './suggest.ts';
import { structuralProblems } from './validate.ts';

/** What is wanted of a config. */
export interface StageWish {
  /** Null takes the only stage; of several, one must be named. */
  readonly stage: string | null;
  readonly env: Environment;
  /** `key=value` settings that go over those of the file. */
  readonly set: readonly string[];
  readonly selection: Selection;
}

/** One stage with every default filled in and every host written out, or everything that is wrong with it. */
export function resolveStage(config: LoadedConfig, wish: StageWish): Result<Settings> {
  const { value, problems: missing } = interpolate(config.input, wish.env);
  if (!isObject(value))
    return failed(config, [problem([], 'The config must be an object with "project" and "stages".')]);
  const chosen = chooseStage(value, wish.stage);
  if (!chosen.ok) return failed(config, [...chosen.problems, ...besides(missing, structuralProblems(value))]);
  const stage = chosen.value;
  const given = override(value, stage, wish.set);
  const { settings, problems } = settle({ ...wish, stage, value: given.value, directory: config.directory });
  const all = [
    ...given.problems,
    ...missing.filter(({ path }) => path[0] !== 'stages' || path[1] === stage),
    ...besides(missing, structuralProblems(given.value)),
    ...problems,
  ];
  return all.length === 0 ? { ok: true, value: settings } : failed(config, all, given.paths);
}

function chooseStage(value: unknown, wanted: string | null): Result<string> {
  const known = stageNames(value);
  const name = wanted ?? (known.length === 1 ? known[0] : undefined);
  if (name !== undefined && known.includes(name)) return { ok: true, value: name };
  return { ok: false, problems: noStage(value, { name, known }) };
}

function noStage(
  value: unknown,
  { name, known }: { readonly name: string | undefined; readonly known: readonly string[] },
): Problem[] {
  const advice = 'Add one, such as stages: { production: { hosts: { … } } }.';
  if (known.length === 0)
    return isObject(valueAt(value, ['stages'])) ? [problem(['stages'], 'The config has no stages.', advice)] : [];
  if (name === undefined)
    return [problem([], 'The config has several stages: name one with --stage.', `Known: ${listed(known)}.`)];
  return [problem([], `There is no stage ${quoted(name)}.`, suggestion(name, known))];
}

/** Where a variable is missing, nothing else can be said of the value. */
function besides(missing: readonly Problem[], problems: readonly Problem[]): Problem[] {
  return problems.filter(({ path }) => !missing.some((one) => startsWith(path, one.path)));
}

function failed(config: LoadedConfig, problems: readonly Problem[], given: readonly Path[] = []): Result<Settings> {
  const placed = problems.map((one) => placedIn(config, one, given));
  return { ok: false, problems: placed.sort((a, b) => order(a) - order(b)) };
}

/** A value of the command line stands in no file. */
function placedIn({ locate }: LoadedConfig, found: Problem, given: readonly Path[]): Problem {
  if (found.path.length === 0 || found.place !== null) return found;
  const isGiven = given.some(
    (path) => startsWith(found.path, path) || (found.path.length > 2 && startsWith(path, found.path)),
  );
  if (isGiven) return { ...found, path: found.path.slice(2), message: `${found.message} It was set with --set.` };
  return { ...found, place: locate(found.path) };
}

function order({ place, path }: Problem): number {
  if (place === null) return path.length === 0 ? 0 : 1;
  return place.line * 100_000 + place.column;
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((key, i) => path[i] === key);
}
