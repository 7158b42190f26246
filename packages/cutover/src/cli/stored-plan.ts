import { lintPlan } from '../plan/lint.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanWord } from '../report/clean.ts';

/** The plan that a deployment stored, or the sentence that says why it cannot be used. Nothing of it is guessed at. */
export function storedPlan(text: string | null, deployment: string): Plan | string {
  const name = cleanWord(deployment);
  if (text === null)
    return `This machine has no plan of ${name}: only where it was begun can it be resumed. "cutover recover" heals the hosts from anywhere.`;
  const plan = parsed(text);
  if (plan === null || plan.deployment !== deployment || !isSoundPlan(plan))
    return `The stored plan of ${name} cannot be understood: it is damaged, or of another version of Cutover. It was left as it is. "cutover recover" heals the hosts without it.`;
  return plan;
}

function parsed(text: string): Plan | null {
  try {
    const value: unknown = JSON.parse(text);
    const isPlan = typeof value === 'object' && value !== null && 'format' in value && value.format === 1;
    return isPlan ? (value as Plan) : null;
  } catch {
    return null;
  }
}

/** The linter reads all of a plan: what lacks a part that it should have is none. */
function isSoundPlan(plan: Plan): boolean {
  try {
    return lintPlan(plan).length === 0;
  } catch {
    return false;
  }
}
