import { hasServed, type ReleaseRecord } from '../../src/model/release.ts';
import type { Driver } from './driver.ts';
import type { Machine } from './machine.ts';
import type { FaultOf } from './scenario.ts';
import type { World } from './world.ts';

/** Makes the appointments for all faults that come at a time of their own; those at steps and events wait there. */
export function strike(world: World, drivers: readonly Driver[]): void {
  const { time } = world;
  links(world, drivers);
  reboots(world, drivers);
  spells(world);
  for (const fault of world.faultsOf('segment-killed')) world.when(fault, () => killSegments(world, fault.host));
  for (const fault of world.faultsOf('lock-freed')) world.when(fault, () => freeLock(world, fault.host));
  for (const fault of world.faultsOf('by-hand')) world.when(fault, () => swapByHand(world, fault.host));
  for (const fault of world.faultsOf('host-clock-jumps')) world.when(fault, () => setClock(world, fault));
  for (const { driver, host } of world.faultsOf('torn')) world.machines.get(host)?.torn.add(driver);
  for (const { driver, atMs, byMs } of world.faultsOf('clock-jumps'))
    time.after(atMs, () => {
      const found = drivers.find(({ name }) => name === driver);
      if (found) found.skewMs += byMs;
    });
}

function setClock(world: World, { host, byMs }: FaultOf<'host-clock-jumps'>): void {
  world.story.tell(`the clock of ${host} is set by ${byMs / 1000} s`);
  world.machine(host).skewMs += byMs;
}

function links(world: World, drivers: readonly Driver[]): void {
  for (const fault of world.faultsOf('link-down'))
    world.when(fault, () => {
      world.story.tell(`the link between ${fault.driver} and ${fault.host} is down for ${fault.forMs / 1000} s`);
      drivers.find(({ name }) => name === fault.driver)?.wires.trouble(fault.host, fault.forMs);
    });
}

function reboots(world: World, drivers: readonly Driver[]): void {
  for (const fault of world.faultsOf('reboot'))
    world.when(fault, () => {
      const machine = world.machine(fault.host);
      if (!machine.isUp) return;
      world.story.tell(`${fault.host} ${fault.cut ? 'loses its power' : 'reboots'} for ${fault.forMs / 1000} s`);
      machine.goDown(fault.cut);
      for (const driver of drivers) driver.wires.wentDown(fault.host);
      world.time.after(fault.forMs, () => {
        machine.isUp = true;
      });
    });
}

/** Two spells of one kind that overlap end with the first of them: what is asked for is trouble, not its length. */
function spells(world: World): void {
  for (const fault of world.faultsOf('disk-full')) during(world, fault, [{ isFull: true }, { isFull: false }]);
  for (const fault of world.faultsOf('slow')) during(world, fault, [{ slowness: fault.times }, { slowness: 1 }]);
}

type Condition = Partial<Pick<Machine, 'isFull' | 'slowness'>>;

function during(
  world: World,
  fault: FaultOf<'disk-full' | 'slow'>,
  [begin, end]: readonly [Condition, Condition],
): void {
  world.when(fault, () => {
    change(world, fault.host, begin);
    world.time.after(fault.forMs, () => change(world, fault.host, end));
  });
}

function change(world: World, host: string, changes: Condition): void {
  world.story.tell(`${host}: ${JSON.stringify(changes)}`);
  Object.assign(world.machine(host), changes);
}

function killSegments(world: World, host: string): void {
  const { jobs } = world.machine(host);
  if (jobs.size === 0) return;
  world.story.tell(`${host}: what runs there is killed`);
  for (const job of jobs) job.end('kill');
}

function freeLock(world: World, host: string): void {
  const { memory } = world.machine(host);
  if (memory.lock === null) return;
  world.story.tell(`${host}: a person frees the lock of ${memory.lock.by}`);
  memory.lock = null;
}

function swapByHand(world: World, host: string): void {
  const { memory } = world.machine(host);
  const whole = [...memory.directories].flatMap(([name, state]) =>
    state === 'complete' && isProven(memory.records.get(name)) && name !== memory.current ? [name] : [],
  );
  const chosen = whole.at(0);
  if (chosen === undefined) return;
  world.story.tell(`${host}: a person puts ${chosen} in service by hand`);
  memory.current = chosen;
}

function isProven(record: ReleaseRecord | undefined): boolean {
  return record !== undefined && hasServed(record);
}
