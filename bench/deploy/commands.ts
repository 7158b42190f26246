import type { Measuring } from './measuring.ts';
import type { CommandMeasured, Sample } from './results.ts';
import { deployAll, eachInTurn, type Runner } from './runner.ts';
import { sample } from './sample.ts';

const names = ['rollback', 'status', 'releases'] as const;

/** One contender and one of the commands that it has. */
interface Ability {
  readonly runner: Runner;
  readonly command: (typeof names)[number];
  readonly samples: Sample[];
}

/** Measures what else the contenders can do, at the longest round trip asked for; each time after one more deployment. */
export async function measureCommands(
  { world, options, tell }: Measuring,
  runners: readonly Runner[],
): Promise<readonly CommandMeasured[]> {
  const roundTripMs = Math.max(...options.roundTripsMs);
  tell(`measuring rollback, status and releases: ${roundTripMs} ms round trip, 1 host`);
  world.hosts.setRoundTrip(roundTripMs);
  const abilities = runners.flatMap(abilitiesOf);
  for (let i = 0; i < Math.min(options.runs, 3); i += 1) {
    await deployAll(world, runners);
    for (const ability of abilities) await measureOnce(ability);
  }
  return abilities.map(({ runner, command, samples }) => ({
    contender: runner.name,
    command,
    roundTripMs,
    samples,
    failure: runner.failure,
  }));
}

function abilitiesOf(runner: Runner): readonly Ability[] {
  return names.filter((name) => runner.deployer?.[name]).map((command) => ({ runner, command, samples: [] }));
}

async function measureOnce({ runner, command, samples }: Ability): Promise<void> {
  const taken = await eachInTurn([runner], async (_, deployer) => {
    const act = deployer[command];
    return act ? await sample(runner.place, act) : null;
  });
  samples.push(...taken.values());
}
