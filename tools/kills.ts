import { join } from 'node:path';
import { runProcess } from './process.ts';
import { root } from './root.ts';

/** Kills deployments at random moments as often as `--rounds` says. Resolves to the exit code. */
export function kills(args: readonly string[]): Promise<number> {
  process.env['CUTOVER_KILLS'] = valueOf(args, '--rounds') ?? '5';
  process.env['CUTOVER_KILLS_FROM'] = valueOf(args, '--from') ?? '1';
  return runProcess(process.execPath, ['--test', join(root, 'packages/cutover/test/integration/kills.test.ts')]);
}

function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at === -1 ? undefined : args[at + 1];
}
