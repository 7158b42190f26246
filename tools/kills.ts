import { join } from 'node:path';
import { runProcess } from './process.ts';
import { root } from './root.ts';

/** Strikes as many blows at real deployments as `--blows` says, on one host and on three. Resolves to the exit code. */
export function kills(args: readonly string[]): Promise<number> {
  const asked = { CUTOVER_KILLS: valueOf(args, '--blows'), CUTOVER_KILLS_FROM: valueOf(args, '--from') };
  for (const [name, value] of Object.entries(asked)) if (value !== undefined) process.env[name] = value;
  return runProcess(process.execPath, ['--test', join(root, 'packages/cutover/test/integration/kills.test.ts')]);
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
