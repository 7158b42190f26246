import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Processors, sharedProcessors } from './processors.ts';
import { type Proxy, startProxy, type Traffic } from './proxy.ts';
import { must } from './run.ts';
import { type Sshd, startSshd } from './sshd.ts';

/** Several hosts of this machine, each an sshd behind a delaying proxy. */
export interface Hosts extends AsyncDisposable {
  /** `h1`, `h2`, …: what ssh is asked to connect to. */
  readonly names: readonly string[];
  /** An ssh config that knows the names, the key and the host keys. */
  readonly sshConfig: string;
  /** The directory that every host has for itself under this one path. */
  readonly mountPoint: string;
  /** Where a path below `mountPoint` of a host is to be found from outside. */
  outside(host: string, path: string): string;
  /** Of connections made from now on, to one host or to all; longer where the hosts are slower. */
  setRoundTrip(ms: number, host?: string): void;
  /** What so much time on the clock would be if nothing were slowed down. */
  secondsOf(ms: number): number;
  counts(): Promise<Counts>;
}

/** What all hosts together saw since they were started. */
export interface Counts extends Traffic {
  /** Commands, shells and subsystems that sshd started. */
  readonly execs: number;
}

interface Host {
  readonly name: string;
  readonly sshd: Sshd;
  readonly proxy: Proxy;
}

/** Starts `count` hosts below `directory`, each on its processor. */
export async function startHosts(count: number, directory: string, processors = sharedProcessors): Promise<Hosts> {
  const names = Array.from({ length: count }, (_, i) => `h${i + 1}`);
  const places = placesIn(directory);
  for (const path of [places.keys, places.mountPoint, places.home, ...names.map(places.storage)]) {
    await mkdir(path, { recursive: true });
  }
  await makeKeys(places.keys, names);
  await using stack = new AsyncDisposableStack();
  const hosts: Host[] = [];
  for (const name of names) hosts.push(await startHost(name, places, { processors, stack }));
  const sshConfig = await writeClientFiles(places.keys, hosts);
  const running = stack.move();
  return {
    names,
    sshConfig,
    mountPoint: places.mountPoint,
    outside: (host, path) => path.replace(places.mountPoint, places.storage(host)),
    setRoundTrip: (ms, host) => {
      const slowMs = ms * processors.slowness;
      for (const { name, proxy } of hosts) if (host === undefined || host === name) proxy.setRoundTrip(slowMs);
    },
    secondsOf: (ms) => ms / 1000 / processors.slowness,
    counts: () => countsOf(hosts),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What was added between two counts. */
export function difference(after: Counts, before: Counts): Counts {
  return {
    connections: after.connections - before.connections,
    bytes: after.bytes - before.bytes,
    turns: after.turns - before.turns,
    execs: after.execs - before.execs,
  };
}

interface Places {
  readonly keys: string;
  readonly mountPoint: string;
  readonly home: string;
  storage(host: string): string;
}

interface Begun {
  readonly processors: Processors;
  readonly stack: AsyncDisposableStack;
}

function placesIn(directory: string): Places {
  return {
    keys: join(directory, 'ssh'),
    mountPoint: join(directory, 'srv'),
    home: join(directory, 'hosts', 'home'),
    storage: (host) => join(directory, 'hosts', host),
  };
}

async function startHost(name: string, places: Places, { processors, stack }: Begun): Promise<Host> {
  const { keys, mountPoint, home } = places;
  const sshd = await startSshd({ name, directory: keys, storage: places.storage(name), mountPoint, home, processors });
  stack.use(sshd);
  return { name, sshd, proxy: stack.use(await startProxy(sshd.port)) };
}

async function makeKeys(directory: string, names: readonly string[]): Promise<void> {
  for (const file of ['id', ...names.map((name) => `${name}.host_key`)]) {
    const argv = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', file, '-f', join(directory, file)] as const;
    await must({ argv: [...argv], cwd: directory, env: process.env });
  }
  await writeFile(join(directory, 'authorized_keys'), await readFile(join(directory, 'id.pub')));
}

async function writeClientFiles(directory: string, hosts: readonly Host[]): Promise<string> {
  const knownHosts = join(directory, 'known_hosts');
  const config = join(directory, 'config');
  const known = hosts.map(async ({ name, proxy }) => {
    const key = await readFile(join(directory, `${name}.host_key.pub`), 'utf8');
    return `[127.0.0.1]:${proxy.port} ${key}`;
  });
  await writeFile(knownHosts, (await Promise.all(known)).join(''));
  const named = hosts.map(({ name, proxy }) => `Host ${name}\n  HostName 127.0.0.1\n  Port ${proxy.port}\n`);
  await writeFile(config, named.join('') + commonConfig(directory, knownHosts));
  return config;
}

function commonConfig(directory: string, knownHosts: string): string {
  return `Host *
  User ${userInfo().username}
  IdentityFile ${join(directory, 'id')}
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile ${knownHosts}
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
`;
}

async function countsOf(hosts: readonly Host[]): Promise<Counts> {
  const execs = await Promise.all(hosts.map(({ sshd }) => sshd.executions()));
  const traffic = hosts.map(({ proxy }) => proxy.traffic());
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return {
    connections: sum(traffic.map((each) => each.connections)),
    bytes: sum(traffic.map((each) => each.bytes)),
    turns: sum(traffic.map((each) => each.turns)),
    execs: sum(execs),
  };
}
