import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new temporary directory. */
export interface Temporary extends Disposable {
  readonly path: string;
}

/** Makes a temporary directory that is gone when it is disposed of, or when the process exits. */
export async function temporaryDirectory(): Promise<Temporary> {
  const path = await mkdtemp(join(tmpdir(), 'cutover-bench-'));
  const remove = () => rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  return {
    path,
    [Symbol.dispose]: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** Makes Ctrl-C and TERM an orderly exit: what is bound to the exit of the process is ended and removed then. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
