import type { core } from 'zod';
import { valueAt } from './loaded.ts';
import { optionsAt } from './options.ts';
import { type Path, type Problem, problem } from './problem.ts';
import { configSchema } from './schema/config.ts';
import { didYouMean, listed, quoted, suggestion } from './suggest.ts';

type Issue = core.$ZodIssue;

/** Everything about a config's shape that is wrong; problems that lie in what belongs together are found elsewhere. */
export function structuralProblems(config: unknown): Problem[] {
  const parsed = configSchema.safeParse(config);
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => toProblems(issue, [], config));
}

function toProblems(issue: Issue, base: Path, config: unknown): Problem[] {
  const path = [...base, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownOption([...path, key]));
  if (issue.code === 'invalid_union') return unionProblems(issue, path, config);
  return [sentence(issue, path, valueAt(config, path))];
}

function unknownOption(path: Path): Problem {
  const key = String(path.at(-1));
  return problem(path, `There is no option ${quoted(key)} here.`, suggestion(key, optionsAt(path.slice(0, -1))));
}

function sentence(issue: Issue, path: Path, value: unknown): Problem {
  if (value === undefined && issue.code !== 'invalid_key')
    return problem(path, `${quoted(String(path.at(-1)))} is missing.`);
  if (issue.code === 'custom') return problem(path, issue.message, adviceOf(issue));
  if (issue.code === 'invalid_type')
    return problem(path, `This must be ${kinds[issue.expected] ?? issue.expected}, not ${kindOf(value)}.`);
  if (issue.code === 'invalid_value') return notPossible(path, value, issue.values.map(String));
  if (issue.code === 'invalid_key') return problem(path, issue.issues[0]?.message ?? issue.message);
  if (issue.code === 'too_small' && issue.origin !== 'number' && issue.origin !== 'int')
    return problem(path, 'This must not be empty.');
  if (issue.code === 'too_small') return problem(path, `This must be at least ${issue.minimum}.`);
  if (issue.code === 'too_big') return problem(path, `This must be at most ${issue.maximum}.`);
  return problem(path, issue.message);
}

function adviceOf(issue: Extract<Issue, { code: 'custom' }>): string | null {
  const advice: unknown = issue.params?.suggestion;
  return typeof advice === 'string' ? advice : null;
}

function notPossible(path: Path, value: unknown, values: readonly string[]): Problem {
  const allowed = `it must be ${values.length > 1 ? 'one of ' : ''}${listed(values)}`;
  if (typeof value !== 'string') return problem(path, `This is ${kindOf(value)}; ${allowed}.`);
  return problem(path, `${quoted(value)} is not possible here: ${allowed}.`, didYouMean(value, values));
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
};

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return kinds[typeof value] ?? `a ${typeof value}`;
}

/** A value may have several forms: the form that it comes nearest to says what is wrong. */
function unionProblems(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, config: unknown): Problem[] {
  const value = valueAt(config, path);
  const forms = issue.errors.filter((form) => kindsWanted(form, value).length === 0);
  const [nearest] = forms.map((form) => ({ form, score: distance(form, value) })).sort((a, b) => a.score - b.score);
  if (nearest === undefined) return [noForm(issue, path, value)];
  return withoutConsequences(nearest.form, value).flatMap((found) => toProblems(found, path, config));
}

/** The kinds of value that a form would have had to be of, if the value is of another. */
function kindsWanted(form: readonly Issue[], value: unknown): string[] {
  return form.flatMap((found) => {
    if (found.path.length > 0) return [];
    if (found.code === 'invalid_type') return [found.expected];
    const kind = found.code === 'invalid_value' ? typeof found.values[0] : typeof value;
    return kind === typeof value ? [] : [kind];
  });
}

/** An option that is missing is most likely the one that was misspelt. */
function withoutConsequences(form: readonly Issue[], value: unknown): readonly Issue[] {
  const hasMisspelling = form.some((found) => found.path.length === 0 && found.code === 'unrecognized_keys');
  return hasMisspelling
    ? form.filter((found) => found.path.length !== 1 || valueAt(value, found.path as Path) !== undefined)
    : form;
}

function distance(form: readonly Issue[], value: unknown): number {
  const missing = form.filter((found) => valueAt(value, found.path as Path) === undefined);
  return form.length + 10 * missing.length + (form.some(({ code }) => code === 'invalid_value') ? 1 : 0);
}

function noForm(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path, value: unknown): Problem {
  if (issue.errors.length === 0) return discriminatorProblem(path, value);
  const expected = issue.errors.flatMap((form) => kindsWanted(form, value));
  const words = [...new Set(expected.map((kind) => kinds[kind] ?? kind))].join(', ').replace(/, ([^,]*)$/, ' or $1');
  return problem(path, `This must be ${words}, not ${kindOf(value)}.`);
}

function discriminatorProblem(path: Path, value: unknown): Problem {
  const known = optionsAt(path);
  if (value === undefined)
    return problem(path, `${quoted(String(path.at(-1)))} is missing.`, `Known: ${listed(known)}.`);
  return notPossible(path, value, known);
}
