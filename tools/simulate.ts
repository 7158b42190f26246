import { join } from 'node:path';
import { runProcess } from './process.ts';
import { root } from './root.ts';

/** Plays seeds of the simulation. Resolves to the exit code. */
export function simulate(args: readonly string[]): Promise<number> {
  return runProcess(process.execPath, [join(root, 'packages/cutover/test/simulation/main.ts'), ...args]);
}
