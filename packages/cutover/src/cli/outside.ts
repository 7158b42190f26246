import { hostname, userInfo } from 'node:os';
import type { CalledAhead } from './ahead/ahead.ts';
import type { Trace } from './trace/trace.ts';

/** What a command meets of the world it runs in; everything else it gets from here. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  out(text: string): void;
  err(text: string): void;
  /** Whether a person looks at the output, on a terminal that can be drawn on. */
  readonly isTerminal: boolean;
  /** How wide the terminal is, where there is one. */
  readonly columns?: number | undefined;
  /** The same of stderr. */
  readonly errColumns?: number | undefined;
  /** Whether a person can be asked. */
  readonly canAsk: boolean;
  nowMs(): number;
  random(): number;
  /** `person@machine`, as holders and histories name who deployed. */
  readonly by: string;
  readonly pid: number;
  /** Takes times, where somebody wants to know them. */
  readonly trace?: Trace;
  /** What was begun before the config was read. */
  readonly ahead?: CalledAhead;
}

/** The world of this process. */
export function thisProcess(): Outside {
  return {
    env: process.env,
    directory: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true && process.env['TERM'] !== 'dumb',
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    errColumns: process.stderr.isTTY ? process.stderr.columns : undefined,
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    nowMs: Date.now,
    random: Math.random,
    by: `${person(process.env)}@${hostname()}`,
    pid: process.pid,
  };
}

/** In CI the person is whoever the service says started the job. */
function person(env: Outside['env']): string {
  return env.GITHUB_ACTOR ?? env.GITLAB_USER_LOGIN ?? env.BUILDKITE_BUILD_CREATOR ?? env.USER ?? userInfo().username;
}
