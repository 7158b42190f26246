import { machineLoad } from '../kit/load.ts';
import { measureCommands } from './commands.ts';
import { keep } from './contender.ts';
import { measureFirst } from './first.ts';
import type { Measuring } from './measuring.ts';
import { type CommandMeasured, hostsInWords, type Measured, type Results, type Row } from './results.ts';
import { deployAll, eachInTurn, prepare, type Runner } from './runner.ts';
import { Samples } from './samples.ts';
import type { World } from './world.ts';

// So many that every measured deployment removes an old release, and is not the first that does.
const warmUps = keep + 2;

/** Measures all rows of what the options ask for. */
export async function measure(measuring: Measuring): Promise<Results> {
  const { runs, size, first, slowness } = measuring.options;
  const loadBefore = machineLoad();
  const found = first ? { rows: await measureFirst(measuring), commands: [] } : await measureWarm(measuring);
  return { runs, files: size.files, first, slowness, loadBefore, loadAfter: machineLoad(), ...found };
}

/** Deployments to hosts that have had some, and on one host the other commands as well. */
async function measureWarm(measuring: Measuring): Promise<Pick<Results, 'rows' | 'commands'>> {
  const { world, options, tell } = measuring;
  const rows: Row[] = [];
  const commands: CommandMeasured[] = [];
  for (const hosts of options.hostCounts) {
    const runners = await warmedUp(measuring, hosts);
    for (const roundTripMs of options.roundTripsMs) {
      tell(`measuring ${options.runs} deployments of each: ${roundTripMs} ms round trip, ${hostsInWords(hosts)}`);
      world.hosts.setRoundTrip(roundTripMs);
      rows.push({ roundTripMs, hosts, measured: await measureRow(world, runners, options.runs) });
    }
    if (hosts === 1) commands.push(...(await measureCommands(measuring, runners)));
  }
  return { rows, commands };
}

async function warmedUp({ world, contenders, tell }: Measuring, hosts: number): Promise<readonly Runner[]> {
  world.hosts.setRoundTrip(0);
  const runners: Runner[] = [];
  for (const contender of contenders) {
    tell(`preparing ${contender.name} for ${hostsInWords(hosts)}`);
    runners.push(await prepare(world, contender, hosts));
  }
  await eachInTurn(runners, async (_, deployer) => {
    await deployer.setup?.();
    return null;
  });
  tell(`warming up: ${warmUps} deployments of each to ${hostsInWords(hosts)}`);
  for (let i = 0; i < warmUps; i += 1) await deployAll(world, runners);
  return runners;
}

async function measureRow(world: World, runners: readonly Runner[], runs: number): Promise<readonly Measured[]> {
  const samples = new Samples();
  for (let i = 0; i < runs; i += 1) samples.add(runners, await deployAll(world, runners));
  return samples.measured();
}
