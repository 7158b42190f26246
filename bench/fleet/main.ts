import { lstatSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Place } from '../deploy/contender.ts';
import { setUp } from '../deploy/cutover.ts';
import { makeWorld, type World } from '../deploy/world.ts';
import { machineLoad } from '../kit/load.ts';
import { builtPackage } from '../kit/package.ts';
import { processorsIn } from '../kit/processors.ts';
import { canRunHosts } from '../kit/sshd.ts';
import { table } from '../kit/table.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';
import { type Floors, floorsOf } from './floors.ts';
import { type Watched, watch } from './watch.ts';

/*
 * One deployment of a small change, and `status`, over more and more hosts, each an sshd of its own behind a link of its own delay: seconds,
 * our own memory, how far apart the activations are, and what it costs at least: see floors.ts.
 * node bench/fleet/main.ts [--hosts 1,10,50] [--rtt 0,20,80] [--warm 2] [--kex curve25519-sha256] [--slow 8]
 */

const { values } = parseArgs({
  options: {
    hosts: { type: 'string', default: '1,10,50' },
    /** Round trips in milliseconds: the hosts have them in turn. */
    rtt: { type: 'string', default: '0,20,80' },
    /** Deployments before the one that is measured. */
    warm: { type: 'string', default: '2' },
    /** How ssh agrees on keys, which may be most of what a login costs; its own choice unless told. */
    kex: { type: 'string' },
    /** Slow motion: the driver, each ssh client and each host have a processor of their own, so many times slower; times are divided by it. */
    slow: { type: 'string', default: '1' },
  },
});
const numbers = (list: string): readonly number[] => list.split(',').map(Number);
const counts = numbers(values.hosts);
const roundTrips = numbers(values.rtt);
const slowness = Number(values.slow);

interface Row {
  readonly hosts: number;
  readonly deploy: Watched;
  readonly status: Watched;
  /** Between the first and the last host's activation. */
  readonly skewMs: number;
  readonly floorDeploySeconds: number;
  readonly loginsSeconds: number;
}

exitOnSignals();
// Every sshd is ended with this process.
process.setMaxListeners(0);
if (!(await canRunHosts())) throw new Error('The bench needs Linux with sshd (openssh-server) and mount namespaces.');
using built = await temporaryDirectory();
const entry = await builtPackage(built.path);
await using world = await makeWorld(Math.max(...counts), { files: 200, changed: 5 }, slowness);
if (values.kex !== undefined) await appendFile(world.hosts.sshConfig, `  KexAlgorithms ${values.kex}\n`);
const loadBefore = machineLoad();
const rows: Row[] = [];
for (const count of counts) rows.push(await measure(world, count));
console.log(report());

async function measure(at: World, count: number): Promise<Row> {
  const place = await at.place({ name: 'fleet' }, count);
  const calling = await setUp(place, false);
  const call = (...args: readonly string[]): Promise<Watched> => watch(calling(entry, args), place.hosts);
  for (const [i, host] of place.hostNames.entries())
    place.hosts.setRoundTrip(roundTrips[i % roundTrips.length] ?? 0, host);
  const floors: Floors = await floorsOf(at, place);
  for (let i = 0; i < Number(values.warm); i++) {
    console.error(`… deploying to ${count}, to warm up`);
    await place.repository.change();
    await call('deploy', '--yes');
    await floors.deploy();
  }
  console.error(`… deploying to ${count}`);
  await place.repository.change();
  const deploy = await call('deploy', '--yes');
  const skewMs = skewOf(place);
  const floorDeploySeconds = await floors.deploy();
  const loginsSeconds = await floors.logins();
  return { hosts: count, deploy, skewMs, floorDeploySeconds, loginsSeconds, status: await call('status') };
}

/** By the time that the new link was renamed into its place; all hosts have one clock. */
function skewOf({ hosts, hostNames, deployPath }: Place): number {
  const moments = hostNames.map((host) => lstatSync(hosts.outside(host, join(deployPath, 'current'))).ctimeMs);
  return hosts.secondsOf(Math.max(...moments) - Math.min(...moments)) * 1000;
}

function report(): string {
  return [
    processorsIn(slowness),
    `Round trips of ${values.rtt} ms in turn, keys agreed on by ${values.kex ?? "ssh's own choice"}. Load of the machine: ${loadBefore} before, ${machineLoad()} after.`,
    `One deployment, beside the same work as one script in one ssh to each host\n${deployTable()}`,
    `status, beside a plain ssh to each host that runs nothing\n${statusTable()}`,
  ].join('\n\n');
}

function deployTable(): string {
  const head = [
    'hosts',
    's',
    'floor, s',
    '× floor',
    's a host',
    'own CPU, s',
    'own memory, MB',
    'MB a host',
    'skew, ms',
  ];
  const [first] = rows;
  const lines = rows.map(({ hosts, deploy, floorDeploySeconds, skewMs }) => [
    String(hosts),
    deploy.seconds.toFixed(2),
    floorDeploySeconds.toFixed(2),
    (deploy.seconds / floorDeploySeconds).toFixed(2),
    (deploy.seconds / hosts).toFixed(2),
    deploy.cpuSeconds.toFixed(1),
    deploy.megabytes.toFixed(0),
    first === undefined || hosts === first.hosts
      ? ''
      : ((deploy.megabytes - first.deploy.megabytes) / (hosts - first.hosts)).toFixed(2),
    skewMs.toFixed(0),
  ]);
  return table([head, ...lines]);
}

function statusTable(): string {
  const lines = rows.map(({ hosts, status, loginsSeconds }) => [
    String(hosts),
    status.seconds.toFixed(2),
    loginsSeconds.toFixed(2),
    (status.seconds / loginsSeconds).toFixed(2),
    status.cpuSeconds.toFixed(1),
  ]);
  return table([['hosts', 's', 'logins, s', '× logins', 'own CPU, s'], ...lines]);
}
