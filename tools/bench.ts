import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './process.ts';
import { root } from './root.ts';

const home = join(root, 'bench');

/** The benches: the directories of bench/ that have a `main.ts`. */
export function benchNames(): readonly string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home).filter((name) => existsSync(join(home, name, 'main.ts')));
}

/** Runs `bench/<name>/main.ts`. */
export async function runBench([name = '', ...args]: readonly string[]): Promise<number> {
  if (benchNames().includes(name)) return runProcess(process.execPath, [join(home, name, 'main.ts'), ...args]);
  console.error(`dev: there is no bench "${name}". There are: ${benchNames().join(', ') || 'none yet'}.`);
  return 2;
}
