import { machineLoad } from '../kit/load.ts';
import { measureCommands } from './commands.ts';
import { keep } from './contender.ts';
import type { Measuring } from './measuring.ts';
import { type CommandMeasured, hostsInWords, type Measured, type Results, type Row, type Sample } from './results.ts';
import { deployAll, prepare, type Runner } from './runner.ts';
import type { World } from './world.ts';

// So many that every measured deployment removes an old release.
const warmUps = keep + 1;

/** Measures all rows, and on one host the other commands as well. */
export async function measure(measuring: Measuring): Promise<Results> {
  const { world, options, tell } = measuring;
  const loadBefore = machineLoad();
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
  return { runs: options.runs, files: options.size.files, loadBefore, loadAfter: machineLoad(), rows, commands };
}

async function warmedUp({ world, contenders, tell }: Measuring, hosts: number): Promise<readonly Runner[]> {
  world.hosts.setRoundTrip(0);
  const runners: Runner[] = [];
  for (const contender of contenders) {
    tell(`preparing ${contender.name} for ${hostsInWords(hosts)}`);
    runners.push(await prepare(world, contender, hosts));
  }
  tell(`warming up: ${warmUps} deployments of each to ${hostsInWords(hosts)}`);
  for (let i = 0; i < warmUps; i += 1) await deployAll(world, runners);
  return runners;
}

async function measureRow(world: World, runners: readonly Runner[], runs: number): Promise<readonly Measured[]> {
  const samples = new Map<Runner, Sample[]>(runners.map((runner) => [runner, []]));
  for (let i = 0; i < runs; i += 1) {
    for (const [runner, taken] of await deployAll(world, runners)) samples.get(runner)?.push(taken);
  }
  return runners.map((runner) => ({
    contender: runner.name,
    samples: samples.get(runner) ?? [],
    failure: runner.failure,
  }));
}
