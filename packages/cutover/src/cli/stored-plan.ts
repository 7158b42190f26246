import { jsonOf } from '../model/json.ts';
import { lintPlan } from '../plan/lint.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanWord } from '../report/clean.ts';

/** What was found where a deployment stores its plan. Nothing of it is guessed at. */
export type StoredPlan =
  | { readonly kind: 'sound'; readonly plan: Plan }
  /** `newer` is of another version of Cutover, which may still read it. */
  | { readonly kind: 'missing' | 'damaged' | 'newer' };

/** Reads a stored plan. */
export function storedPlan(text: string | null, deployment: string): StoredPlan {
  if (text === null) return { kind: 'missing' };
  const value = jsonOf(text);
  if (typeof value !== 'object' || value === null || !('format' in value)) return { kind: 'damaged' };
  if (typeof value.format === 'number' && value.format > planFormat) return { kind: 'newer' };
  const plan = value as Plan;
  const isSound = plan.format === planFormat && plan.deployment === deployment && isSoundPlan(plan);
  return isSound ? { kind: 'sound', plan } : { kind: 'damaged' };
}

/** Why a stored plan cannot be used; `aside` is where it was put, if it was. */
export function unusableSentence(
  kind: Exclude<StoredPlan['kind'], 'sound'>,
  deployment: string,
  aside: string | null,
): string {
  const name = cleanWord(deployment);
  switch (kind) {
    case 'missing':
      return `This machine has no plan of ${name}: only where it was begun can it be resumed. "cutover recover" heals the hosts from anywhere.`;
    case 'newer':
      return `The stored plan of ${name} was written by a newer version of Cutover, which can resume it. It was left as it is.`;
    case 'damaged':
      return `The stored plan of ${name} is damaged and cannot be understood. It was ${aside === null ? 'left as it is' : `kept aside as ${cleanWord(aside)}`}. "cutover recover" heals the hosts without it.`;
  }
}

const planFormat = 1;

/** The linter reads all of a plan: what lacks a part that it should have is none. */
function isSoundPlan(plan: Plan): boolean {
  try {
    return lintPlan(plan).length === 0;
  } catch {
    return false;
  }
}
