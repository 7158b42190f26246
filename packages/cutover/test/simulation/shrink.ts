import type { Scenario } from './scenario.ts';
import { type Play, simulate } from './simulate.ts';

/** The shortest scenario that still goes wrong: what can be left out without the breach going away is left out. */
export async function shrink(scenario: Scenario, play: Play = {}): Promise<Scenario> {
  for (const shorter of shorterOnes(scenario))
    if ((await simulate(shorter, play)).breaches.length > 0) return shrink(shorter, play);
  return scenario;
}

function* shorterOnes(scenario: Scenario): Generator<Scenario> {
  const { drivers, faults, hosts } = scenario;
  for (const driver of drivers) if (drivers.length > 1) yield without(scenario, ({ name }) => name === driver.name);
  for (const fault of faults) yield { ...scenario, faults: faults.filter((entry) => entry !== fault) };
  const last = hosts.at(-1)?.name;
  if (hosts.length > 1) yield { ...without(scenario, ({ name }) => name === last), hosts: hosts.slice(0, -1) };
  for (const driver of drivers) {
    const calm = { ...driver, thinksMs: 0, isImpatient: false };
    if (driver.thinksMs > 0 || driver.isImpatient)
      yield { ...scenario, drivers: drivers.map((entry) => (entry === driver ? calm : entry)) };
  }
}

/** Without whoever is meant, and without the faults that are about them. */
function without(scenario: Scenario, isMeant: (about: { readonly name: string }) => boolean): Scenario {
  const concerns = (name: string): boolean => isMeant({ name });
  return {
    ...scenario,
    drivers: scenario.drivers.filter(({ name }) => !concerns(name)),
    faults: scenario.faults.filter(
      (fault) => !('host' in fault && concerns(fault.host)) && !('driver' in fault && concerns(fault.driver)),
    ),
  };
}
