import { availableParallelism } from 'node:os';
import { makeGroup, removeGroup, startedIn } from './cgroups.ts';

/** Machines that have one processor each, all so many times slower that this machine can be all of them. */
export interface Processors extends Disposable {
  /** How many times slower; 1 where they share the processors that there are. */
  readonly slowness: number;
  /** What the environment of a command holds that is to run on the processor of a machine. */
  of(machine: string): NodeJS.ProcessEnv;
}

/** The processors that there are, for all. */
export const sharedProcessors: Processors = { slowness: 1, of: () => ({}), [Symbol.dispose]: () => {} };

const variable = 'BENCH_PROCESSOR';

// The least that Linux takes, and so the smoothest: who comes back from waiting has so much of a processor at once.
const quotaUs = 1000;

/** Processors for so many machines; throws a sentence when they cannot be had. Disposing of them ends what still runs on them. */
export function makeProcessors(machines: number, slowness: number): Processors {
  if (slowness === 1) return sharedProcessors;
  mustFit(machines, slowness);
  const groups = new Map<string, string>();
  const remove = () => groups.forEach((group) => removeGroup(group));
  process.once('exit', remove);
  return {
    slowness,
    of: (machine) => {
      const name = `cutover-bench-${process.pid}-${machine}`;
      const group = groups.get(machine) ?? makeGroup(name, { quotaUs, periodUs: quotaUs * slowness });
      groups.set(machine, group);
      return { [variable]: group };
    },
    [Symbol.dispose]: () => {
      process.off('exit', remove);
      remove();
    },
  };
}

/** The arguments that start a program on the processor that its environment speaks of, if it speaks of one. */
export function onItsProcessor(
  argv: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
): readonly [string, ...string[]] {
  const group = env[variable];
  return group === undefined ? argv : startedIn(group, argv);
}

/** What makes a shell enter the processor that an environment speaks of; null where it speaks of none. */
export function entering(env: NodeJS.ProcessEnv): string | null {
  const group = env[variable];
  return group === undefined ? null : `echo 0 > '${group}/cgroup.procs'`;
}

/** On what a run measured, as a sentence or two. */
export function processorsIn(slowness: number): string {
  if (slowness === 1) return 'Driver and hosts share the processors of this machine.';
  return `Driver, ssh clients and hosts have a processor each, and all of them and the links are ${slowness} times slower: times are divided by ${slowness}. The hosts' own pauses are longer, too; the disk, the driver's pauses and all limits are as ever.`;
}

/** The links and the system need some of this machine's processors, too. */
function mustFit(machines: number, slowness: number): void {
  const all = availableParallelism();
  const least = Math.ceil(machines / (0.8 * all));
  if (slowness >= least) return;
  throw new Error(
    `The ${all} processors of this machine cannot be ${machines}, of hosts, of the driver and of its ssh clients, that are ${slowness} times slower: take --slow ${least} or more.`,
  );
}
