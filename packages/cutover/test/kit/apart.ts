import { once } from 'node:events';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

type Work = Readonly<Record<string, (name: string) => Promise<void>>>;

/**
 * Calls an exported function of a module in a thread of its own, and rejects as it does. The test runner follows every promise of
 * its own thread: where there are millions, that costs three times what the work itself does.
 */
export async function apart(module: URL, work: string, name: string): Promise<void> {
  const worker = new Worker(import.meta.filename, { workerData: { module: module.href, work, name } });
  const [code] = (await once(worker, 'exit')) as [number];
  if (code !== 0) throw new Error(`The thread that did “${work}” ended with ${code}.`);
}

if (!isMainThread) {
  const { module, work, name } = workerData as { module: string; work: string; name: string };
  const { [work]: run } = (await import(module)) as Work;
  if (run === undefined) throw new TypeError(`${module} does not export ${work}.`);
  await run(name);
}
