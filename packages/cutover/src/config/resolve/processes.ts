import type { z } from 'zod';
import type { App } from '../../model/app.ts';
import { releaseDir } from '../../model/layout.ts';
import type { AppProcess, Healthy, Listen, ProcessManager } from '../../model/process.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { Tell } from '../problem.ts';
import type { app as appSchema } from '../schema/app.ts';
import type { workers as workersSchema } from '../schema/processes.ts';
import { type Fleet, targetsOf } from './targets.ts';

type WrittenApp = NonNullable<z.output<typeof appSchema>['process']>;
type WrittenWorker = z.output<typeof workersSchema>[number];

/** What processes are resolved with. */
export interface ProcessContext {
  readonly recipe: Recipe;
  readonly fleet: Fleet;
  readonly manager: ProcessManager;
  readonly tell: Tell;
}

/** Everything that runs on, the one that serves requests first. */
export function resolveProcesses(
  kind: App['kind'],
  written: { readonly app: WrittenApp; readonly workers: readonly WrittenWorker[] },
  context: ProcessContext,
): AppProcess[] {
  tellTwice(written.workers, context.tell);
  return [
    ...(kind === 'process' ? [theApp(written.app, context)] : []),
    ...written.workers.map((worker, i) => aWorker(worker, i, context)),
  ].filter((program) => program.hosts.length > 0);
}

function theApp(written: WrittenApp, { recipe, fleet, manager, tell }: ProcessContext): AppProcess {
  const run = written.run ?? recipe.app.start;
  if (run === null)
    tell(['app'], 'Nothing says how the process is started.', 'Add "process.run", such as "node server.js".');
  const listen = listenOf(written.listen, tell);
  const program: AppProcess = {
    name: 'app',
    run: run ?? '',
    listen,
    healthy: healthyOf(written.healthy, written.within),
    ...commonOf(written),
    manager,
    drainMs: written.drain,
    stopMs: written.stop,
    hosts: targetsOf(fleet, written, { path: ['app', 'process'], tell }),
  };
  if (listen.kind === 'socket') tellLongSockets(program, listen.file, { fleet, tell });
  return program;
}

function aWorker(written: WrittenWorker, i: number, { fleet, manager, tell }: ProcessContext): AppProcess {
  return {
    name: written.name,
    run: written.run,
    listen: null,
    healthy: healthyOf(written.healthy, written.within),
    ...commonOf(written),
    manager,
    drainMs: 0,
    stopMs: written.drain,
    hosts: targetsOf(fleet, written, { path: ['workers', i], tell }),
  };
}

function commonOf({ env, stopSignal, restart }: Pick<WrittenWorker, 'env' | 'stopSignal' | 'restart'>) {
  return { env, stopSignal, restart };
}

function listenOf(written: WrittenApp['listen'], tell: Tell): Listen {
  if ('socket' in written) return { kind: 'socket', file: written.socket, mode: written.mode, toPort: written.toPort };
  const [first = 0, last = 0] = written.ports.split('-').map(Number);
  if (first < 1024 || last > 65_535 || last <= first)
    tell(
      ['app', 'process', 'listen', 'ports'],
      'This range holds too few ports, or ports that no process can have.',
      'Two are the least, between 1024 and 65535, such as "4001-4010".',
    );
  return { kind: 'ports', first, last, reload: written.reload };
}

function healthyOf(written: WrittenApp['healthy'] | undefined, withinMs: number): Healthy {
  if (written === undefined) return { kind: 'runs', forMs: 1000, withinMs };
  if ('http' in written) return { kind: 'http', path: written.http, status: written.status ?? null, withinMs };
  return { kind: 'command', run: written.command, withinMs };
}

/** What the kernel takes as the path of a socket, in bytes. */
const longestSocket = 107;

function tellLongSockets(
  program: AppProcess,
  file: string,
  { fleet, tell }: Pick<ProcessContext, 'fleet' | 'tell'>,
): void {
  for (const host of fleet.selected.filter(({ name }) => program.hosts.includes(name))) {
    const path = `${releaseDir(host.deployPath, '20260101000000')}/${file}`;
    const bytes = new TextEncoder().encode(path).length;
    if (bytes > longestSocket)
      tell(
        ['app', 'process', 'listen'],
        `On ${host.name} the socket would have a path of ${bytes} bytes, and the kernel takes ${longestSocket}.`,
        'Choose a shorter deploy path or socket, or ports.',
      );
  }
}

function tellTwice(workers: readonly WrittenWorker[], tell: Tell): void {
  workers.forEach(({ name }, i) => {
    if (workers.slice(0, i).some((other) => other.name === name))
      tell(['workers', i, 'name'], `There are two workers called "${name}".`, 'Give each a name of its own.');
  });
}
