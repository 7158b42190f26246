import { join } from 'node:path';
import { root } from './root.ts';

/** Runs the command line from source in this process, so that its directory, terminal and signals are the caller's. */
export async function runCutover(args: readonly string[]): Promise<number> {
  const main = join(root, 'packages/cutover/src/cli/main.ts');
  process.argv = [process.execPath, main, ...args];
  await import(main);
  return Number(process.exitCode ?? 0);
}
