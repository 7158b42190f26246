import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as startTimer } from 'node:timers';
import { setTimeout } from 'node:timers/promises';
import { root } from '../root.ts';
import type { FileResult, TestResult } from './result.ts';
import { makeTemporary } from './temporary.ts';

type Failures = FileResult['failures'];

/** What the file printed is shown with a failure of the file itself: its last lines. */
const shownLines = 30;
/** How long the last output is waited for: a daemon that left the group may hold the pipe open. */
const lastOutputMs = 1000;

/**
 * Runs one test file in a process group of its own, which is ended (KILL) after `limitMs` or when `signal` aborts, and with a temporary
 * directory of its own, which is removed. Node's own runner leaves a file that hangs, and what it started, behind.
 */
export async function runFile(file: string, limitMs: number, signal: AbortSignal): Promise<FileResult> {
  const directory = makeTemporary();
  const beganMs = performance.now();
  const ended = await runProcessGroup(file, directory, limitMs, signal);
  const results = resultsIn(directory);
  remove(directory);
  const failures = results.filter((result) => result.kind === 'failed');
  return {
    file,
    seconds: (performance.now() - beganMs) / 1000,
    passed: results.filter((result) => result.kind === 'passed').length,
    skipped: results
      .filter((result) => result.kind === 'skipped')
      .map(({ name, why }) => (why ? `${name} (${why})` : name)),
    failures: [...failures, ...failureOfFile(results, ended)],
  };
}

/** The first variable makes Node report to a runner of its own kind instead of to our reporter. What is compiled is kept for all files and for the command lines that they start: nearly a second for most of them. */
const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
const env = { ...inherited, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') };

interface Ended {
  readonly code: number | null;
  readonly hungMs: number | null;
  readonly output: string;
}

const reporter = join(import.meta.dirname, 'reporter.ts');
const resultsName = 'results';

async function runProcessGroup(file: string, directory: string, limitMs: number, signal: AbortSignal): Promise<Ended> {
  const results = join(directory, resultsName);
  const child = spawn(
    process.execPath,
    [`--test-reporter=${reporter}`, `--test-reporter-destination=${results}`, file],
    { cwd: root, env: { ...env, TMPDIR: directory }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let hungMs: number | null = null;
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const limit = startTimer(() => {
    hungMs = limitMs;
    killGroup(child);
  }, limitMs);
  const abort = () => killGroup(child);
  signal.addEventListener('abort', abort);
  const closed = once(child, 'close');
  const [code] = (await once(child, 'exit')) as [number | null];
  clearTimeout(limit);
  signal.removeEventListener('abort', abort);
  killGroup(child);
  await Promise.race([closed, setTimeout(lastOutputMs)]);
  return { code, hungMs, output };
}

/** The file's group is its own: what a test left running is ended with it. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

/** The last line is cut when the process was ended while it wrote. */
function resultsIn(directory: string): readonly TestResult[] {
  const path = join(directory, resultsName);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as TestResult);
}

function remove(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
  } catch {
    // A daemon that left the group still writes there, or a file that was stopped has left something mounted.
  }
}

/** What is wrong with the file beside its tests: it hung, it broke, or it holds none. */
function failureOfFile(results: readonly TestResult[], { code, hungMs, output }: Ended): Failures {
  const printed = output.trimEnd().split('\n').slice(-shownLines).join('\n');
  const name = '(the file)';
  if (hungMs !== null) return [{ name, message: `${hungText(results, hungMs)}\n${printed}` }];
  const ran = results.some(({ kind }) => kind !== 'began');
  if (code === 0) return ran ? [] : [{ name, message: 'It holds no tests.' }];
  if (results.some(({ kind }) => kind === 'failed')) return [];
  return [{ name, message: `It ended with exit code ${code ?? 'none (a signal)'}.\n${printed}` }];
}

function hungText(results: readonly TestResult[], hungMs: number): string {
  const last = results.findLast(({ kind }) => kind === 'began')?.name;
  const at = last ? ` The last test that began: ${last}.` : '';
  return `It did not end within ${Math.round(hungMs / 1000)} s and was stopped, with all that it had started.${at}`;
}
