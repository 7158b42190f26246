import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outside } from '../../src/cli/outside.ts';
import { run } from '../../src/cli/program.ts';
import type { Called } from '../kit/call.ts';
import { type Lifetime, repository, workspace } from '../source/kit.ts';

/** A project in a real repository whose hosts are directories of this machine, and the command line in this process. */
export interface Project {
  /** Holds everything; the test removes it. */
  readonly directory: string;
  /** Where the commands are called. */
  readonly app: string;
  readonly outside: Outside;
  /** The deploy path of a host. */
  path(host: string): string;
  /** Calls the command line; nobody can be asked. */
  cutover(...args: readonly string[]): Promise<Called>;
  /** The same in a world that is a little different. */
  cutoverIn(changes: Partial<Outside>, ...args: readonly string[]): Promise<Called>;
}

/** What is different about a project's config: settings, and settings of its hosts. */
export interface Wish {
  readonly hosts?: Readonly<Record<string, object>>;
  readonly config?: object;
}

/** Makes the project with hosts `one` and `two`, unless others are wished for. */
export function project(t: Lifetime, { hosts = { one: {}, two: {} }, config = {} }: Wish = {}): Project {
  const directory = workspace(t);
  const path = (host: string): string => join(directory, 'hosts', `the ${host}`);
  const app = repository(join(directory, 'app'), { 'index.html': 'first\n' });
  const local = Object.entries(hosts).map(([name, more]) => [name, { local: true, path: path(name), ...more }]);
  const whole = { project: 'shop', stages: { production: { hosts: Object.fromEntries(local) } }, ...config };
  writeFileSync(join(app, 'cutover.config.json'), JSON.stringify(whole));
  const outside = worldOf(directory, app);
  const cutoverIn = (changes: Partial<Outside>, ...args: readonly string[]) => called(args, { ...outside, ...changes });
  return { directory, app, outside, path, cutoverIn, cutover: (...args) => called(args, outside) };
}

/** Fails with all that was said when a call ended with another exit code; gives the call. */
export function ended(call: Called, code: number): Called {
  assert.equal(call.code, code, call.out + call.err);
  return call;
}

/** The document that a call with `--json` printed. */
export function documentOf<T>(call: Called): T {
  return JSON.parse(call.out) as T;
}

async function called(args: readonly string[], outside: Outside): Promise<Called> {
  const heard = { out: '', err: '' };
  const code = await run(args, {
    ...outside,
    out: (text) => void (heard.out += text),
    err: (text) => void (heard.err += text),
  });
  return { code, ...heard };
}

/** Nobody looks, nobody can be asked, and nothing of this user's is read or written. */
function worldOf(directory: string, app: string): Outside {
  const { PATH } = process.env;
  const silent = (): void => {};
  return {
    env: { PATH, HOME: directory, SHELL: '/bin/sh' },
    directory: app,
    out: silent,
    err: silent,
    isTerminal: false,
    canAsk: false,
    nowMs: Date.now,
    random: Math.random,
    by: 'ann@laptop',
    pid: process.pid,
  };
}
