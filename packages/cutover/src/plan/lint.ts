import type { HostName } from '../model/host.ts';
import { firstJoint, isSwapAlone } from './phases.ts';
import type { Phase, Plan, Step } from './plan.ts';

/** What must hold of every plan, whatever it is for. Each entry is a sentence that says which step breaks it; none is a sound plan. */
export function lintPlan(plan: Plan): readonly string[] {
  const hosts = Object.keys(plan.paths);
  return [
    ...hosts.flatMap((host) => lintHost(plan, host)),
    ...lintLocks(plan),
    ...lintActivation(plan),
    ...lintJson(plan),
  ];
}

function lintHost(plan: Plan, host: HostName): readonly string[] {
  const steps = stepsOf(plan, host);
  return [
    ...lintIds(host, [...steps, ...(plan.closing[host] ?? [])]),
    ...lintLock(plan, host, steps),
    ...steps.flatMap((step) => lintStep(host, step)),
  ];
}

function lintIds(host: HostName, steps: readonly Step[]): readonly string[] {
  const ids = steps.map((step) => step.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${host} has two steps called ${id}.`);
}

/** Changes lie between the lock and its return; only what looks, and the user's own commands without a lock, may stand outside. */
function lintLock(plan: Plan, host: HostName, steps: readonly Step[]): readonly string[] {
  if (!steps.some((step) => changes(step))) return [];
  const first = steps[0];
  const complaints: string[] = [];
  if (first?.effect.kind !== 'lock')
    complaints.push(`${host} is changed before its lock is taken: the first step is ${first?.id}.`);
  if (!(plan.closing[host] ?? []).some((step) => step.effect.kind === 'unlock'))
    complaints.push(`${host} never gets its lock back.`);
  return complaints;
}

/** What a host may not do without the others stands behind a barrier that comes after all locks. */
function lintLocks({ phases, paths }: Plan): readonly string[] {
  const joint = phases[firstJoint(phases)];
  if (Object.keys(paths).length < 2 || joint === undefined) return [];
  const isAwaited = phases.slice(1, phases.indexOf(joint) + 1).some(({ waits }) => waits);
  return isAwaited ? [] : [`The phase ${joint.name} begins before all locks are taken.`];
}

function lintStep(host: HostName, step: Step): readonly string[] {
  const place = `${step.id} on ${host}`;
  const complaints: string[] = [];
  if (!(step.limitMs > 0)) complaints.push(`${place} has no time limit.`);
  if (step.undo.kind === 'none' && !step.undo.why.endsWith('.'))
    complaints.push(`${place} does not say why it is not taken back.`);
  if (step.undo.kind === 'step' && !(step.undo.limitMs > 0)) complaints.push(`the undo of ${place} has no time limit.`);
  if (mustBeUndone(step) && step.undo.kind !== 'step')
    complaints.push(`${place} changes what is in service or claims a release and has no undo.`);
  if (step.at === 'here' && changes(step)) complaints.push(`${place} runs here but changes the host.`);
  return complaints;
}

/** No host activates before every host has built and verified: activation stands behind a barrier that comes after all of that. */
function lintActivation(plan: Plan): readonly string[] {
  const swap = plan.phases.findIndex((phase) => has(phase, 'activate'));
  if (swap === -1) return [];
  const complaints: string[] = [];
  const late = plan.phases
    .slice(swap)
    .filter((phase) => has(phase, 'create') || has(phase, 'receive') || has(phase, 'build') || has(phase, 'verify'));
  complaints.push(...late.map((phase) => `The phase ${phase.name} builds after the activation began.`));
  const undoable = plan.phases.findIndex((phase, i) => i > swap && phase.onFailure === 'warn');
  const confirm = plan.phases.findIndex((phase) => has(phase, 'confirm'));
  const extend = plan.phases.findIndex((phase) => has(phase, 'extend'));
  if (confirm === -1) complaints.push('A release goes live and is never recorded as live.');
  if (undoable !== -1 && undoable < confirm)
    complaints.push(`The phase ${plan.phases[undoable]?.name} only warns, before the release is confirmed.`);
  complaints.push(...unarmed(plan).map((host) => `${host} swaps without a guard.`));
  const several = Object.keys(plan.paths).length > 1;
  if (several && !plan.phases[swap]?.waits) complaints.push('Hosts activate without waiting for one another.');
  if (several && confirm !== -1 && !plan.phases[confirm]?.waits) {
    complaints.push('Hosts confirm before all have passed their checks.');
  }
  const isExtended = extend !== -1 && extend < confirm;
  if (several && !isExtended && !isSwapAlone(plan.phases[confirm - 1]))
    complaints.push('Hosts confirm before all were given their time.');
  return complaints;
}

/** The guard is made ready on a host before the swap. */
function unarmed(plan: Plan): readonly HostName[] {
  return Object.keys(plan.paths).filter((host) => {
    const kinds = stepsOf(plan, host).map((step) => step.effect.kind);
    return kinds.includes('activate') && !kinds.slice(0, kinds.indexOf('activate')).includes('arm');
  });
}

function lintJson(plan: Plan): readonly string[] {
  const again: unknown = JSON.parse(JSON.stringify(plan));
  return JSON.stringify(again) === JSON.stringify(plan)
    ? []
    : ['The plan is not plain data: it changes on its way through JSON.'];
}

function stepsOf(plan: Plan, host: HostName): readonly Step[] {
  return plan.phases.flatMap((phase) => phase.steps[host] ?? []);
}

function has(phase: Phase, kind: Step['effect']['kind']): boolean {
  return Object.values(phase.steps).some((steps) => steps.some((step) => step.effect.kind === kind));
}

function changes(step: Step): boolean {
  return !['look', 'hook', 'note'].includes(step.effect.kind);
}

function mustBeUndone(step: Step): boolean {
  return ['create', 'activate', 'write-shared'].includes(step.effect.kind);
}
