import { checks } from '../checks.ts';
import { hasNeeded } from '../debian/install.ts';
import { testFiles } from './discover.ts';
import { runFile } from './file.ts';
import type { FileResult } from './result.ts';
import { closingLine, showAgain, showEnd, showFile } from './show.ts';

/** One file more at once than the smallest machine has cores: most of them wait for a host for half of their time. */
const atOnce = 3;
const fileLimitMs = 900_000;
/** Several times what all of it takes on two cores that are busy with other things as well. What is left then is stopped and reported. */
const allLimitMs = 3_600_000;

/** Types, lint, format and all tests; each of the first three counts as one test. Resolves to the exit code. */
export async function runEverything(): Promise<number> {
  if (!(await hasNeeded())) return 1;
  const checked = await Promise.all(checks.map(asResult));
  return conclude([...checked, ...(await runFiles(testFiles()))]);
}

/** The test files whose path holds one of the words. Resolves to the exit code. */
export async function runTests(words: readonly string[]): Promise<number> {
  const files = testFiles(words);
  if (files.length === 0) {
    console.error(`dev: no test file's path holds ${words.map((word) => `"${word}"`).join(' or ')}.`);
    return 2;
  }
  return (await hasNeeded()) ? conclude(await runFiles(files)) : 1;
}

async function asResult({ name, run }: (typeof checks)[number]): Promise<FileResult> {
  const beganMs = performance.now();
  const code = await run();
  const failures = code === 0 ? [] : [{ name, message: `./dev ${name} fails (exit code ${code}): see above.` }];
  const result = {
    file: name,
    seconds: (performance.now() - beganMs) / 1000,
    passed: code === 0 ? 1 : 0,
    skipped: [],
    failures,
  };
  showFile(result);
  return result;
}

async function runFiles(files: readonly string[]): Promise<readonly FileResult[]> {
  const stop = stopOnSignal();
  const endMs = performance.now() + allLimitMs;
  const run = async (file: string): Promise<FileResult> => {
    const limitMs = Math.max(1000, Math.min(fileLimitMs, endMs - performance.now()));
    const result = await runFile(file, limitMs, stop);
    showFile(result);
    return result;
  };
  const queue = [...files];
  const results: FileResult[] = [];
  const work = async () => {
    for (let file = queue.shift(); file !== undefined && !stop.aborted; file = queue.shift())
      results.push(await run(file));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return stop.aborted ? results : onceMore(results, run);
}

/** Files that failed are run once more, one after another: what only fails on a crowded machine is named, and what fails alone counts. */
async function onceMore(
  results: readonly FileResult[],
  run: (file: string) => Promise<FileResult>,
): Promise<readonly FileResult[]> {
  const last: FileResult[] = [];
  for (const result of results) {
    if (result.failures.length === 0) last.push(result);
    else {
      showAgain(result);
      last.push(await run(result.file));
    }
  }
  return last;
}

/** The files run in groups of their own, which a Ctrl-C here does not reach. */
function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

function conclude(results: readonly FileResult[]): number {
  showEnd(results);
  console.log(closingLine(results));
  const failed = results.some(({ failures }) => failures.length > 0);
  const passed = results.some((result) => result.passed > 0);
  return failed || !passed ? 1 : 0;
}
