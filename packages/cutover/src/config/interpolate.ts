import { isObject } from '../model/json.ts';
import { type Path, type Problem, problem } from './problem.ts';
import { quoted } from './suggest.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A config in which variables were put in, and those that could not be. */
export interface Interpolated {
  readonly value: unknown;
  readonly problems: readonly Problem[];
}

/**
 * Puts environment variables into every text of a config: `${NAME}` and `${NAME:-default}`; `$${` stands for `${`.
 * Shell text is left as it is, since the shell has its own `${…}`. An empty variable counts as missing: in CI a secret
 * that was not passed on arrives empty.
 */
export function interpolate(input: unknown, env: Environment): Interpolated {
  const problems: Problem[] = [];
  const tell = (path: Path, message: string, suggestion: string) =>
    void problems.push(problem(path, message, suggestion));
  return { value: walk({ env, tell }, input, []), problems };
}

interface Context {
  readonly env: Environment;
  readonly tell: (path: Path, message: string, suggestion: string) => void;
}

function walk(context: Context, value: unknown, path: Path): unknown {
  if (typeof value === 'string') return isShellText(path) ? value : filled(context, value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (path.length > deepest) {
    context.tell(path, 'The config is nested too deeply, or holds itself.', 'Write plain objects and lists.');
    return null;
  }
  if (Array.isArray(value)) return value.map((item, i) => walk(context, item, [...path, i]));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(context, item, [...path, key])]));
}

/** No option lies deeper; a config that holds itself ends here. */
const deepest = 12;

function isShellText(path: Path): boolean {
  const [section, ...rest] = path[0] === 'stages' ? path.slice(2) : path;
  const last = rest.at(-1);
  if (section === 'hooks') return rest.length === 2 || (rest.length === 3 && (last === 'run' || last === 'undo'));
  return section === 'checks' && rest.length === 2 && last === 'command';
}

function filled({ env, tell }: Context, text: string, path: Path): string {
  return text.replaceAll(
    /\$\$\{|\$\{([A-Za-z_]\w*)(:-([^}]*))?\}|\$\{[^}]{0,80}\}?/g,
    (found, name, hasDefault, fallback) => {
      if (found === '$${') return '${';
      if (name === undefined) {
        tell(
          path,
          `${quoted(found)} is not the name of a variable.`,
          'Write ${NAME} or ${NAME:-default}; $${ stands for a plain ${.',
        );
        return found;
      }
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined && value !== '') return value;
      if (hasDefault !== undefined) return fallback;
      tell(
        path,
        `The environment variable ${name} is ${value === '' ? 'empty' : 'not set'}.`,
        `Set it, or write \${${name}:-default} to go on without it.`,
      );
      return found;
    },
  );
}
