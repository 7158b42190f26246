import type { Ran } from '../kit/run.ts';
import type { Deployer } from './contender.ts';
import type { Measuring } from './measuring.ts';
import { hostsInWords, type Row } from './results.ts';
import { deployAll, prepare, type Runner } from './runner.ts';
import { Samples } from './samples.ts';

/** Measures deployments to hosts on which nothing lies but the shared paths, each time below another deploy path. */
export async function measureFirst(measuring: Measuring): Promise<readonly Row[]> {
  const { options, tell } = measuring;
  const rows: Row[] = [];
  for (const hosts of options.hostCounts) {
    for (const roundTripMs of options.roundTripsMs) {
      tell(`measuring ${options.runs} first deployments of each: ${roundTripMs} ms round trip, ${hostsInWords(hosts)}`);
      rows.push(await measureRow(measuring, hosts, roundTripMs));
    }
  }
  return rows;
}

async function measureRow({ world, contenders, options }: Measuring, hosts: number, roundTripMs: number): Promise<Row> {
  world.hosts.setRoundTrip(roundTripMs);
  const samples = new Samples();
  let taking = contenders;
  for (let i = 0; i < options.runs; i += 1) {
    const runners: Runner[] = [];
    for (const contender of taking) runners.push(await prepare(world, contender, hosts));
    samples.add(runners, await deployAll(world, runners, setUpAndDeploy));
    taking = taking.filter(({ name }) => runners.some((runner) => runner.name === name && runner.failure === null));
  }
  return { roundTripMs, hosts, measured: samples.measured() };
}

/** Whoever has a command of its own to be run before takes that time too. */
async function setUpAndDeploy(deployer: Deployer): Promise<Ran> {
  const began = performance.now();
  await deployer.setup?.();
  const ran = await deployer.deploy();
  return { ...ran, ms: performance.now() - began };
}
