import { isMainThread, parentPort, Worker } from 'node:worker_threads';

type Work = Readonly<Record<string, (name: string) => Promise<void>>>;

interface Call {
  readonly module: string;
  readonly work: string;
  readonly name: string;
}

/** One thread for all calls: to start another reads every source anew. */
let thread: Worker | null = null;

/**
 * Calls an exported function of a module in a thread beside this one, and rejects as it does. The test runner follows every promise of
 * its own thread: where there are millions, that costs three times what the work itself does. One call at a time.
 */
export async function apart(module: URL, work: string, name: string): Promise<void> {
  thread ??= new Worker(import.meta.filename);
  const worker = thread;
  worker.ref();
  const ended = Promise.withResolvers<void>();
  const broke = (error: unknown): void => {
    thread = null;
    ended.reject(error);
  };
  const left = (code: number): void => broke(new Error(`The thread that did “${work}” ended with ${code}.`));
  worker.once('message', (failure: unknown) => (failure === null ? ended.resolve() : ended.reject(failure)));
  worker.once('error', broke).once('exit', left);
  worker.postMessage({ module: module.href, work, name } satisfies Call);
  try {
    await ended.promise;
  } finally {
    worker.off('error', broke).off('exit', left).unref();
  }
}

async function called({ module, work, name }: Call): Promise<void> {
  const { [work]: run } = (await import(module)) as Work;
  if (run === undefined) throw new TypeError(`${module} does not export ${work}.`);
  await run(name);
}

if (!isMainThread) {
  const door = parentPort;
  door?.on('message', async (call: Call) => {
    door.postMessage(
      await called(call).then(
        () => null,
        (error: unknown) => error,
      ),
    );
  });
}
