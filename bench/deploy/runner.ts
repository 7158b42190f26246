import { join } from 'node:path';
import { removalOver } from '../kit/removal.ts';
import type { Ran } from '../kit/run.ts';
import type { Contender, Deployer, Place } from './contender.ts';
import type { Sample } from './results.ts';
import { mustServe, sample } from './sample.ts';
import type { World } from './world.ts';

/** A contender in the course of a run. Who fails once takes no further part with these hosts. */
export interface Runner {
  readonly name: string;
  readonly place: Place;
  /** Null once it has failed. */
  deployer: Deployer | null;
  failure: string | null;
}

/** Sets a contender up; one that cannot take part is a runner with a failure. */
export async function prepare(world: World, contender: Contender, hostCount: number): Promise<Runner> {
  const place = await world.place(contender, hostCount);
  const runner: Runner = { name: contender.name, place, deployer: null, failure: null };
  try {
    runner.deployer = await contender.prepare(place);
  } catch (error) {
    drop(runner, error);
  }
  return runner;
}

/**
 * Makes one change and has it deployed by each in turn: a busy moment of the machine meets all of them. Gives a sample of each
 * deployment that succeeded and whose hosts serve the change.
 */
export async function deployAll(
  world: World,
  runners: readonly Runner[],
  deploy = (deployer: Deployer): Promise<Ran> => deployer.deploy(),
): Promise<ReadonlyMap<Runner, Sample>> {
  const change = await world.repository.change();
  return await eachInTurn(runners, async (runner, deployer) => {
    await deployer.ready?.();
    const taken = await sample(runner.place, () => deploy(deployer));
    await mustServe(runner.place, change);
    const { hosts, hostNames, deployPath } = runner.place;
    for (const host of hostNames) await removalOver(hosts.outside(host, join(deployPath, 'releases')));
    return taken;
  });
}

/** Takes a sample of each runner that is still in; null takes none. */
export async function eachInTurn(
  runners: readonly Runner[],
  take: (runner: Runner, deployer: Deployer) => Promise<Sample | null>,
): Promise<ReadonlyMap<Runner, Sample>> {
  const samples = new Map<Runner, Sample>();
  for (const runner of runners) {
    if (runner.deployer === null) continue;
    try {
      const taken = await take(runner, runner.deployer);
      if (taken !== null) samples.set(runner, taken);
    } catch (error) {
      drop(runner, error);
    }
  }
  return samples;
}

function drop(runner: Runner, error: unknown): void {
  runner.deployer = null;
  runner.failure = error instanceof Error ? error.message : String(error);
}
