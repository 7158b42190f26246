import type { Deployer, Place } from '../deploy/contender.ts';
import { floor } from '../deploy/floor.ts';
import type { World } from '../deploy/world.ts';
import { type Ran, run } from '../kit/run.ts';

/** So many as Cutover has under way in all. */
const atATime = '50';

/** What a fleet costs at least: the logins alone, and the deployment as one script in one of them. */
export interface Floors {
  /** Seconds of a plain `ssh <host> true` to each. */
  logins(): Promise<number>;
  /** Seconds of a deployment of what the repository holds. */
  deploy(): Promise<number>;
}

/** The floors of as many hosts as `beside` has. */
export async function floorsOf(world: World, beside: Place): Promise<Floors> {
  const place = await world.place(floor, beside.hostNames.length);
  const deployer: Deployer = await floor.prepare(place);
  const secondsOf = (ran: Ran) => place.hosts.secondsOf(msOf(ran));
  return {
    logins: async () => secondsOf(await logIn(place)),
    deploy: async () => secondsOf(await deployer.deploy()),
  };
}

async function logIn({ hosts, hostNames, directory, env }: Place): Promise<Ran> {
  const script = `config=$1; shift; printf '%s\\n' "$@" | xargs -P ${atATime} -I '{}' ssh -F "$config" '{}' true`;
  return await run({ argv: ['sh', '-c', script, 'sh', hosts.sshConfig, ...hostNames], cwd: directory, env });
}

function msOf({ code, ms, output }: Ran): number {
  if (code !== 0) throw new Error(`The floor ended with ${code}:\n${output.slice(-4000)}`);
  return ms;
}
