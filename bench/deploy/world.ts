import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Hosts, startHosts } from '../kit/hosts.ts';
import { entering, makeProcessors, type Processors } from '../kit/processors.ts';
import { makeRepository, type Repository, type Size } from '../kit/repository.ts';
import { temporaryDirectory } from '../kit/temporary.ts';
import type { Contender, Place } from './contender.ts';

/** The temporary surroundings of one run of the bench; gone when it is disposed of. */
export interface World extends AsyncDisposable {
  readonly hosts: Hosts;
  readonly repository: Repository;
  /** A place of its own for a contender on the first `hostCount` hosts; where it had one, its directory again with an empty deploy path. */
  place(contender: Pick<Contender, 'name'>, hostCount: number): Promise<Place>;
}

/**
 * Makes hosts and repository below a new temporary directory; unless `slowness` is 1, the hosts and what is measured here have processors of their own, and so has each ssh
 * client: several of them agree on keys side by side on a machine that has cores.
 */
export async function makeWorld(hostCount: number, size: Size, slowness: number): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const { path: directory } = stack.use(await temporaryDirectory());
  const processors = stack.use(makeProcessors(2 * hostCount + 1, slowness));
  const hosts = stack.use(await startHosts(hostCount, directory, processors));
  const env = await environment(directory, hosts, processors);
  const repository = await makeRepository(directory, env, size);
  const measured = { ...env, ...processors.of('driver') };
  const running = stack.move();
  const taken = new Map<string, number>();
  return {
    hosts,
    repository,
    place: async (contender, count) => {
      const name = `${contender.name}-${count}`;
      const own = join(directory, 'contenders', name);
      const hostNames = hosts.names.slice(0, count);
      const times = taken.get(name) ?? 0;
      taken.set(name, times + 1);
      await mkdir(own, { recursive: true });
      const deployPath = join(hosts.mountPoint, times === 0 ? name : `${name}-${times}`);
      return { directory: own, hostNames, deployPath, hosts, repository, env: measured };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The user's own git, ssh and shell settings play no part. */
async function environment(directory: string, hosts: Hosts, processors: Processors): Promise<NodeJS.ProcessEnv> {
  const bin = join(directory, 'bin');
  const home = join(directory, 'home');
  await mkdir(bin);
  await mkdir(home);
  await writeFile(join(bin, 'ssh'), sshProgram(hosts, processors));
  await chmod(join(bin, 'ssh'), 0o755);
  const identity = { NAME: 'Bench', EMAIL: 'bench@example.org' };
  return {
    PATH: `${bin}:${process.env['PATH']}`,
    HOME: home,
    USER: userInfo().username,
    LANG: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: identity.NAME,
    GIT_AUTHOR_EMAIL: identity.EMAIL,
    GIT_COMMITTER_NAME: identity.NAME,
    GIT_COMMITTER_EMAIL: identity.EMAIL,
  };
}

/** A client enters the processor that it has for a host, which is among its arguments. */
function sshProgram({ names, sshConfig }: Hosts, processors: Processors): string {
  const own = names.flatMap((name) => {
    const enters = entering(processors.of(`client-${name}`));
    return enters === null ? [] : [`${name}) ${enters} ;;`];
  });
  const choice = own.length === 0 ? '' : `for word; do case $word in\n${own.join('\n')}\nesac; done\n`;
  return `#!/bin/sh\n${choice}exec /usr/bin/ssh -F '${sshConfig}' "$@"\n`;
}
