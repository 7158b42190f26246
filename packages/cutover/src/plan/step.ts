import type { Effect } from '../model/effect.ts';
import type { Payload } from '../model/payload.ts';
import type { Shell } from '../shell/text.ts';
import type { Judged, Step, Undo } from './plan.ts';

/** What a step is made of; it runs on its host, without secrets and payload, unless it says otherwise. */
export interface StepParts {
  readonly id: string;
  readonly title: string;
  readonly effect: Effect;
  readonly script: Shell;
  readonly limitMs: number;
  readonly idleMs?: number;
  readonly undo: Undo;
  readonly at?: 'host' | 'here';
  readonly secrets?: readonly string[];
  readonly payload?: Payload | null;
  readonly otherwise?: Step;
  readonly judge?: Judged;
}

/** The one way by which shell text enters a plan. */
export function step(parts: StepParts): Step {
  return { at: 'host', secrets: [], payload: null, ...parts, script: String(parts.script) };
}

/** What an undo is made of. */
export interface UndoParts {
  readonly title: string;
  readonly effect: Effect;
  readonly script: Shell;
  readonly limitMs: number;
}

/** Taken back by a script of its own. */
export function undoneBy(parts: UndoParts): Undo {
  return { kind: 'step', ...parts, script: String(parts.script) };
}

/** Nothing to take back, for the reason given as a sentence. */
export function noUndo(why: string): Undo {
  return { kind: 'none', why };
}
