import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './root.ts';

/** Runs a tool of node_modules in the repository's directory, on this terminal; resolves to its exit code. */
export async function runTool(name: string, args: readonly string[]): Promise<number> {
  return runProcess(join(root, 'node_modules', '.bin', name), args);
}

/** Runs a program in the repository's directory, on this terminal; resolves to its exit code. */
export async function runProcess(program: string, args: readonly string[], env = process.env): Promise<number> {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
