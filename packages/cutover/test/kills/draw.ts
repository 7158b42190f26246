import type { Dice } from '../simulation/random.ts';
import { patient, type Site } from './site.ts';
import { type Victim, victims } from './victims.ts';

/** Killed with SIGKILL, or halted with SIGSTOP for a while; a link is dropped for a while, or lets nothing through. */
export type Manner = 'killed' | 'halted';

/** Something that is done to a deployment. */
export interface Blow {
  readonly victim: Victim;
  readonly manner: Manner;
  readonly host: string;
  readonly when: When;
  /** How long what is halted or dropped stays so. */
  readonly forMs: number;
}

/** So long after the command was given, or after what it aims at. */
export interface When {
  readonly afterMs: number;
  readonly aim: Aim | null;
}

/** The beginning of the deployment, of its closing work, of the host's first undo; or that a step of the host begins, or has succeeded. */
export type Aim =
  | { readonly at: 'deployment' | 'closing' | 'undo' }
  | { readonly at: 'began' | 'succeeded'; readonly step: string };

/** Who is struck, and how. */
export type Kind = Pick<Blow, 'victim' | 'manner'>;

/** Every blow that there is. */
export const kinds = victims.flatMap((victim) => (['killed', 'halted'] as const).map((manner) => ({ victim, manner })));

/** A deployment to be struck. */
export interface Wish {
  readonly command: 'deploy' | 'rollback';
  readonly config: Readonly<Record<string, unknown>>;
  /** The points at which it has hooks, in order. */
  readonly hooks: readonly string[];
  /** Those whose hooks are taken back by their own `undo`. */
  readonly undoable: readonly string[];
  /** Whether a host that is away for two seconds is given up. */
  readonly isHasty: boolean;
  /** Whether a hook of its own makes it fail. */
  readonly fails: boolean;
}

const early = ['build', 'before activate'];
const late = ['after activate', 'after check'];
const last = ['before finish', 'after finish'];

/** Steps that are aimed at as often as the time between them is struck by chance: they take a moment each. */
const steps = ['lock', 'create', 'verify', 'arm', 'activate', 'extend', 'confirm', 'hook-1', 'hook-2', 'hook-3'];

/** A deployment of any kind that waits in some hooks, so that there is time to strike. */
export function drawWish(dice: Dice, { hosts }: Site, round: string): Wish {
  const command = dice.chance(0.2) ? 'rollback' : 'deploy';
  const points = [command === 'rollback' ? early.slice(1) : early, late, last];
  const hooks = points.flatMap((some) => (dice.chance(0.6) ? some : [dice.pick(some)]));
  const isHasty = dice.chance(0.2);
  const failing = dice.chance(0.2) ? { at: dice.pick([...early, ...late]), on: dice.pick(hosts) } : null;
  const made = hooks.map((point) => {
    const fails = failing?.at === point ? `[ "$CUTOVER_HOST" != ${failing.on} ] || exit 1` : ':';
    const leaves = (what: string): string => `echo "$ROUND ${what}${point}" >> "$CUTOVER_PROJECT/traces"`;
    const run = `${leaves('')}; sleep 0.${1 + dice.below(9)}; ${fails}`;
    return { point, hook: dice.chance(0.5) ? { run, undo: leaves('undo ') } : { run } };
  });
  return {
    command,
    config: {
      env: { ROUND: round },
      hooks: Object.fromEntries(made.map(({ point, hook }) => [point, [hook]])),
      spare: dice.chance(0.3),
      ...(hosts.length > 1 && dice.chance(0.3) ? { batch: 1 } : {}),
      ...(isHasty ? { limits: { ...patient, reconnect: '2s' } } : {}),
    },
    isHasty,
    hooks,
    undoable: made.flatMap(({ point, hook }) => ('undo' in hook ? [point] : [])),
    fails: failing !== null && hooks.includes(failing.at),
  };
}

/** About what a deployment takes that nothing disturbs. */
const wholeMs = 4000;

/** A blow of a kind, at any moment of a deployment. */
export function drawBlow(dice: Dice, { hosts }: Site, kind: Kind): Blow {
  return {
    ...kind,
    host: dice.pick(hosts),
    when: drawWhen(dice),
    forMs: dice.between(100, dice.chance(0.2) ? 4000 : 1000),
  };
}

function drawWhen(dice: Dice): When {
  if (dice.chance(0.1)) return { afterMs: dice.below(1000), aim: null };
  if (dice.chance(0.4)) return { afterMs: dice.below(wholeMs), aim: { at: 'deployment' } };
  const aim: Aim = dice.chance(0.2)
    ? { at: dice.pick(['undo', 'closing']) }
    : { at: dice.pick(['began', 'succeeded']), step: dice.pick(steps) };
  return { afterMs: dice.below(dice.pick([2, 50, 500])), aim };
}
