import { Dice } from './random.ts';
import type { DriverSpec, Fault, FaultKind, HostSpec, Scenario, When, WishKind } from './scenario.ts';

const wishes: Readonly<Record<HostSpec['past'], readonly WishKind[]>> = {
  used: ['deploy', 'deploy', 'deploy', 'rolling', 'hooks', 'rollback', 'prune', 'env'],
  empty: ['deploy', 'deploy', 'rolling', 'hooks', 'env'],
  foreign: ['deploy', 'deploy', 'rolling', 'adopt'],
};

/** Where faults find something to break: these steps are in most plans. */
const steps = [
  'lock',
  'create',
  'receive',
  'link',
  'verify',
  'activate',
  'activate',
  'extend',
  'confirm',
  'hook-2',
  'check-1',
];
const closingSteps = ['history', 'unlock', 'serves'];

/** The scenario of a seed: anything from a quiet deployment to many troubles at once. */
export function drawScenario(seed: number): Scenario {
  const dice = new Dice(seed);
  const hosts = drawHosts(dice);
  const drivers = Array.from({ length: 1 + dice.below(3) }, (_, i) => drawDriver(dice, i, hosts[0]?.past ?? 'used'));
  const count = dice.pick([0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 6, 8]);
  const faults = Array.from({ length: count }, () => drawFault(dice, { hosts, drivers })).flat();
  return { seed, hosts, drivers: [...drivers, ...drawReturn(dice, faults)], faults };
}

function drawHosts(dice: Dice): readonly HostSpec[] {
  const past = dice.pick(['used', 'used', 'used', 'empty', 'foreign'] as const);
  return Array.from({ length: dice.pick([1, 1, 2, 2, 3]) }, (_, i) => ({
    name: `web${i + 1}`,
    past: dice.chance(0.9) ? past : dice.pick(['used', 'empty'] as const),
    stepMs: dice.pick([5, 20, 60, 200]),
    roundTripMs: dice.pick([1, 10, 80, 200]),
  }));
}

/** Two that start together meet at the lock; later ones find what the first has left. */
function drawDriver(dice: Dice, index: number, past: HostSpec['past']): DriverSpec {
  return {
    name: ['ann', 'ben', 'cas'][index] as string,
    startsMs: dice.chance(0.4) ? dice.below(50) : dice.below(8000),
    wish: dice.pick(wishes[past]),
    thinksMs: dice.chance(0.7) ? 0 : dice.below(6000),
    isImpatient: index > 0 && dice.chance(0.5),
  };
}

/** Somebody comes back to a deployment whose driver died, or looks after hosts that nobody drives any more. */
function drawReturn(dice: Dice, faults: readonly Fault[]): readonly DriverSpec[] {
  const isDead = faults.some(({ kind }) => kind === 'driver-dies');
  if (!dice.chance(isDead ? 0.6 : 0.1)) return [];
  const wish = isDead ? dice.pick(['resume', 'resume', 'take-back', 'recover'] as const) : 'recover';
  const startsMs = dice.pick([100, 5000, 20_000, 60_000, 200_000, 700_000]) + dice.below(5000);
  return [{ name: 'dot', startsMs, wish, thinksMs: 0, isImpatient: wish === 'recover' }];
}

interface Cast {
  readonly hosts: readonly HostSpec[];
  readonly drivers: readonly DriverSpec[];
}

const kinds: readonly FaultKind[] = [
  'step-fails',
  'step-fails',
  'step-hangs',
  'torn',
  'link-down',
  'link-down',
  'link-down',
  'reboot',
  'reboot',
  'disk-full',
  'slow',
  'segment-killed',
  'driver-dies',
  'driver-dies',
  'driver-sleeps',
  'cancelled',
  'clock-jumps',
  'host-clock-jumps',
  'host-clock-jumps',
  'lock-freed',
  'by-hand',
];

/** How far the clock of a host is set: a day, an hour, and what a time server corrects. */
const jumps = [-86_400_000, -3_600_000, -30_000, -2000, 2000, 200_000, 86_400_000];

function drawFault(dice: Dice, cast: Cast): readonly Fault[] {
  const driver = dice.pick(cast.drivers).name;
  const host = dice.pick(cast.hosts).name;
  const kind = dice.pick(kinds);
  switch (kind) {
    case 'step-fails':
      return drawFailure(dice, { driver, host });
    case 'step-hangs':
      return [{ kind, driver, host, step: drawStep(dice), time: 1 + dice.below(2) }];
    case 'torn':
      return [{ kind, driver, host }];
    case 'link-down':
      return [{ kind, driver, host, when: drawMoment(dice, driver), forMs: drawLength(dice) }];
    case 'reboot':
      return [{ kind, host, when: drawMoment(dice, driver), forMs: drawLength(dice), cut: dice.chance(0.5) }];
    case 'disk-full':
      return [{ kind, host, when: drawMoment(dice, driver), forMs: drawLength(dice) }];
    case 'slow':
      return [{ kind, host, when: drawMoment(dice, driver), forMs: drawLength(dice), times: dice.pick([10, 1000]) }];
    case 'segment-killed':
    case 'lock-freed':
    case 'by-hand':
      return [{ kind, host, when: drawMoment(dice, driver) }];
    case 'driver-dies':
    case 'cancelled':
      return [{ kind, driver, afterEvents: 1 + dice.below(60) }];
    case 'driver-sleeps':
      return [{ kind, driver, step: drawStep(dice), forMs: dice.pick([1000, 100_000, 600_000, 600_000]) }];
    case 'host-clock-jumps':
      return [{ kind, host, when: drawMoment(dice, driver), byMs: dice.pick(jumps) }];
    case 'clock-jumps':
      return [{ kind, driver, atMs: dice.below(4000), byMs: dice.pick([-86_400_000, -5000, 5000, 86_400_000]) }];
  }
}

/** An undo runs only when something else fails: then that is drawn along. */
function drawFailure(dice: Dice, at: { readonly driver: string; readonly host: string }): readonly Fault[] {
  const moment = dice.pick(['before', 'after'] as const);
  if (dice.chance(0.6)) return [{ kind: 'step-fails', ...at, step: drawStep(dice), time: 1, moment }];
  const undone = dice.pick(['create', 'activate', 'activate', 'confirm', 'hook-2', 'write', 'adopt']);
  const struck = dice.pick(['activate', 'confirm', 'confirm', 'check-1', 'hook-3', 'write', 'adopt']);
  return [
    { kind: 'step-fails', ...at, step: undone, time: 2, moment },
    { kind: 'step-fails', ...at, step: struck, time: 1, moment: dice.pick(['before', 'after']) },
  ];
}

function drawMoment(dice: Dice, driver: string): When {
  if (dice.chance(0.3)) return { afterMs: dice.chance(0.7) ? dice.below(4000) : dice.below(12_000), step: null };
  return { afterMs: dice.below(dice.pick([2, 100, 1000])), step: drawStep(dice), driver };
}

function drawLength(dice: Dice): number {
  return dice.pick([50, 500, 5000, 60_000, 126_000, 400_000]);
}

function drawStep(dice: Dice): string {
  return dice.pick(dice.chance(0.2) ? closingSteps : steps);
}
