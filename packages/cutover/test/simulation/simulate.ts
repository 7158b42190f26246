import { emptyHost } from '../../src/remote/memory/host.ts';
import { usedHost } from '../kit/memory-hosts.ts';
import { lostAfterMs, noonMs } from '../kit/wishes.ts';
import { Driver } from './driver.ts';
import { Law } from './law.ts';
import { Machine } from './machine.ts';
import type { Safeguard } from './safeguards.ts';
import type { HostSpec, Scenario } from './scenario.ts';
import { Story } from './story.ts';
import { strike } from './strike.ts';
import { Time } from './time.ts';
import { judge, judgeHealed } from './verdict.ts';
import { World } from './world.ts';

/** What came of a scenario. */
export interface Simulated {
  /** What was not as promised: nothing, if all is well. */
  readonly breaches: readonly string[];
  readonly story: readonly string[];
  /** How each driver ended, for counting. */
  readonly ends: readonly string[];
}

/** How a scenario is played. */
export interface Play {
  readonly without?: readonly Safeguard[];
  /** Whether the story is written down. */
  readonly isTold?: boolean;
}

/** Plays a scenario to its end, and then heals what is left. */
export async function simulate(scenario: Scenario, { without = [], isTold = false }: Play = {}): Promise<Simulated> {
  const time = new Time(noonMs);
  const story = new Story(time, isTold);
  const law = new Law(story);
  const world = new World(scenario, { time, story });
  const parts = { law, time, without: new Set(without) };
  for (const spec of scenario.hosts) world.machines.set(spec.name, new Machine(spec, memoryOf(spec), parts));
  const drivers = scenario.drivers.map((spec) => new Driver(spec, world, parts));
  world.drivers.push(...drivers);
  for (const driver of drivers) time.after(driver.spec.startsMs, () => void driver.run());
  strike(world, drivers);
  await time.passAll();
  judge(world, drivers, law);
  if (law.breaches.length === 0) await heal(world, parts);
  // What a dead driver still listens to would be kept for ever.
  for (const driver of drivers) if (!driver.isAlive()) driver.cancel.abort();
  return { breaches: law.breaches, story: story.lines, ends: drivers.map(({ end }) => endOf(end)) };
}

/** By so much a host whose clock was set back a little takes a dead deployment for dead later; where it was set back further, it watches. */
const aheadMs = 60_000;

/** Whoever comes next, after the time in which a dead deployment is given up for lost, needs no help. */
async function heal(
  world: World,
  parts: { readonly law: Law; readonly without: ReadonlySet<Safeguard> },
): Promise<void> {
  const { time } = world;
  time.after(lostAfterMs + aheadMs, () => undefined);
  await time.passAll();
  const healer = new Driver(
    { name: 'zoe', startsMs: 0, wish: 'deploy', thinksMs: 0, isImpatient: false },
    world,
    parts,
  );
  void healer.run();
  await time.passAll();
  judgeHealed(world, healer, parts.law);
}

function memoryOf({ past }: HostSpec): Machine['memory'] {
  if (past === 'empty') return emptyHost();
  const host = usedHost();
  if (past === 'used') return host;
  host.records.clear();
  host.directories.delete('20260303100000');
  return host;
}

function endOf(end: Driver['end']): string {
  return typeof end === 'object' && end !== null ? end.outcome : String(end);
}
