import type { Answers, ScaffoldHost } from '../../config/scaffold.ts';
import type { Recognised } from '../../recipes/recognise.ts';
import type { Outside } from '../outside.ts';

/** Options of `init`: answers that are given beforehand. */
export interface InitOptions {
  readonly stage?: string;
  readonly host?: string;
  readonly user?: string;
  readonly path?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** What `init` has to know and cannot see. */
interface Wanted {
  readonly stage: string;
  readonly host: string;
  readonly user: string;
  readonly path: string;
}

/** The address that stands in a config until the real one is known. */
export const exampleHost = 'server.example.com';

/** The answers of a person, or what is proposed where nobody shall be asked; null when the person gave up. */
export async function answersFor(
  seen: { readonly project: string; readonly recognised: Recognised },
  options: InitOptions,
  outside: Outside,
): Promise<Answers | null> {
  const proposed = proposals(seen.project);
  const given = withUser(options);
  const wanted = options.yes || !outside.canAsk ? { ...proposed, ...given } : await asked(proposed, given);
  return wanted && answers(seen, wanted);
}

function proposals(project: string): Wanted {
  return { stage: 'production', host: exampleHost, user: '', path: `/srv/${project}` };
}

/** `deploy@web1.example` names both. */
function withUser({ stage, host, user, path }: InitOptions): Partial<Wanted> {
  const at = host?.lastIndexOf('@') ?? -1;
  const parts =
    host === undefined || at < 0 ? { host, user } : { host: host.slice(at + 1), user: user ?? host.slice(0, at) };
  const given = { stage, ...parts, path };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Wanted>;
}

/** Only what was not given is asked. Loaded here, because nothing else needs it. */
async function asked(proposed: Wanted, given: Partial<Wanted>): Promise<Wanted | null> {
  const { isCancel, text } = await import('@clack/prompts');
  let answered: Partial<Wanted> = given;
  for (const { key, message, check } of questions) {
    if (answered[key] !== undefined || (key === 'user' && answered.host === 'local')) continue;
    const fallback = key === 'host' ? '' : proposed[key];
    const placeholder = key === 'user' ? 'as ssh decides' : proposed[key];
    const answer = await text({
      message,
      placeholder,
      defaultValue: fallback,
      output: process.stderr,
      validate: (value) => check((value ?? '').trim() || fallback),
    });
    if (isCancel(answer)) return null;
    answered = { ...answered, ...withUser({ [key]: answer.trim() || fallback }) };
  }
  return { ...proposed, ...answered };
}

interface Question {
  readonly key: keyof Wanted;
  readonly message: string;
  /** What is wrong with an answer, as a sentence. */
  check(answer: string): string | undefined;
}

const questions: readonly Question[] = [
  {
    key: 'stage',
    message: 'What is the stage called?',
    check: (answer) =>
      /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(answer) ? undefined : 'Letters, digits, ".", "_" and "-" only.',
  },
  {
    key: 'host',
    message: 'Which host is it deployed to? (as you give it to ssh; "local" is this machine)',
    check: (answer) => (/^[^\s-]\S*$/.test(answer) ? undefined : 'Name a host, such as deploy@web1.example.com.'),
  },
  {
    key: 'user',
    message: 'As which user? (empty: as ssh decides)',
    check: (answer) => (/^\S*$/.test(answer) ? undefined : 'A user name has no blanks.'),
  },
  {
    key: 'path',
    message: 'Into which directory of the host?',
    check: (answer) => (/^\/[^/]/.test(answer) ? undefined : 'It must begin with "/" and be for this project alone.'),
  },
];

/** What is wrong with the answers that were given beforehand, as a sentence; null when they can stand in a config. */
export function wrongAnswer(options: InitOptions): string | null {
  const given = withUser(options);
  const wrong = questions
    .map(({ key, check }) => [key, check(given[key] ?? fine[key])] as const)
    .find(([, fault]) => fault);
  return wrong === undefined ? null : `--${wrong[0]} ${given[wrong[0]]}: ${wrong[1]}`;
}

const fine: Wanted = { stage: 'production', host: exampleHost, user: '', path: '/srv/app' };

function answers(seen: { readonly project: string; readonly recognised: Recognised }, wanted: Wanted): Answers {
  const { recipe, proposes, run } = seen.recognised;
  return {
    project: seen.project,
    recipe,
    stage: wanted.stage,
    host: hostOf(wanted),
    deployPath: wanted.path,
    ref: null,
    url: null,
    run,
    hooks: Object.entries(proposes).map(([point, commands]) => ({ point, commands })),
  };
}

/** The address is the name as well, where it can be one. */
function hostOf({ host, user }: Wanted): ScaffoldHost {
  if (host === 'local') return { name: 'local', address: null, user: null };
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(host) ? host : 'web1';
  return { name, address: host, user: user === '' ? null : user };
}
