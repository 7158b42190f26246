import type { FileResult } from './result.ts';

/** One line for a file that ended. */
export function showFile({ file, seconds, passed, failures, skipped }: FileResult): void {
  const counts = [`${passed} passed`, ...some(failures.length, 'failed'), ...some(skipped.length, 'skipped')].join(
    ', ',
  );
  console.log(`${failures.length > 0 ? 'FAIL' : 'ok  '} ${file}: ${counts}, ${seconds.toFixed(1)} s`);
}

/** What was skipped and what failed, once more and in full. */
export function showEnd(results: readonly FileResult[]): void {
  for (const { file, skipped } of results) for (const name of skipped) console.log(`skipped: ${file}: ${name}`);
  for (const result of results) showFailures(result);
}

/** That a file failed and is run once more, with what failed: a test that only fails in company is to be mended all the same. */
export function showAgain(result: FileResult): void {
  showFailures(result);
  console.log(`\n${result.file} is run once more, alone:`);
}

function showFailures({ file, failures }: FileResult): void {
  for (const { name, message } of failures) console.log(`\nFAIL ${file}\n     ${name}\n${indent(message)}`);
}

/** The count of all tests, alone on its line. */
export function closingLine(results: readonly FileResult[]): string {
  const count = (of: (result: FileResult) => number) => results.reduce((sum, result) => sum + of(result), 0);
  const skipped = count((result) => result.skipped.length);
  const failed = count((result) => result.failures.length);
  return [`${count(({ passed }) => passed)} passed`, `${failed} failed`, ...some(skipped, 'skipped')].join(', ');
}

function some(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '     ');
}
