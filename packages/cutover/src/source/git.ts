import type { Readable } from 'node:stream';
import { cancelled, type SourceProblem, sourceProblem } from './problem.ts';
import { type Command, type Ended, run, runPiped } from './process.ts';

/** A repository of this machine, and what ends the work on it. */
export interface Repository {
  /** Any directory in it; null for commands that need none. */
  readonly repository: string | null;
  readonly signal: AbortSignal;
}

/** One call of git. */
export interface GitCall extends Repository {
  readonly args: readonly string[];
  readonly input?: Buffer | string;
  readonly output?: number | ((stdout: Readable) => Promise<void>);
}

/** What git answered. */
export interface GitAnswer {
  readonly code: number;
  readonly stdout: Buffer;
  /** What it wrote to stderr, on one line, for people. */
  readonly said: string;
}

/** Runs git. A status other than 0 is an answer; only git that is missing, killed or cancelled is a problem. */
export async function git(call: GitCall): Promise<GitAnswer | SourceProblem> {
  return answerOf(await run(commandOf(call)));
}

/** Runs two commands of git at once: the second reads `head`, and then what the first prints. */
export async function gitPiped(
  first: GitCall,
  second: GitCall,
  head: string,
): Promise<readonly [GitAnswer | SourceProblem, GitAnswer | SourceProblem]> {
  const [printed, read] = await runPiped(commandOf(first), commandOf(second), head);
  return [answerOf(printed), answerOf(read)];
}

function commandOf(call: GitCall): Command {
  return { ...call, program: 'git', args: [...ownArgs(call.repository), ...call.args], env: gitEnv() };
}

/** The problem of a git command that should have succeeded. */
export function gitFailed(what: string, answer: GitAnswer): SourceProblem {
  return sourceProblem('git-failed', `git could not ${what} (status ${answer.code}): ${answer.said}`);
}

/** Settings under which the user's own config cannot change what is read, and nothing of theirs is started. */
function ownArgs(repository: string | null): string[] {
  const settings = ['core.fsmonitor=false', 'core.autocrlf=false', 'core.eol=lf', 'tar.umask=0022'];
  const where = repository === null ? [] : ['-C', repository];
  return [...where, '--no-pager', '--literal-pathspecs', ...settings.flatMap((setting) => ['-c', setting])];
}

/** Set by git in its own hooks: they would send us to another repository or index than the one that was named. */
const inherited = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_PREFIX',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_ATTR_SOURCE',
  'GIT_GLOB_PATHSPECS',
  'GIT_NOGLOB_PATHSPECS',
  'GIT_ICASE_PATHSPECS',
];

function gitEnv(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !inherited.includes(name) && !name.startsWith('GIT_TRACE'),
  );
  return {
    ...Object.fromEntries(kept),
    LC_ALL: 'C',
    // No `index.lock` in the user's repository, no question that nobody answers, and the objects that the SHA names.
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_ATTR_NOSYSTEM: '1',
  };
}

function answerOf(ended: Ended): GitAnswer | SourceProblem {
  if (ended.kind === 'cancelled') return cancelled;
  if (ended.kind === 'not-started') {
    return sourceProblem(
      'git-missing',
      `git could not be started on this machine (${ended.reason}). Install git and see that it is in PATH.`,
    );
  }
  const said = ended.stderr.trim().replaceAll(/\s+/g, ' ').slice(0, 500);
  if (ended.code === null) return sourceProblem('git-failed', `git was ended by a signal. ${said}`.trim());
  return { code: ended.code, stdout: ended.stdout, said };
}
