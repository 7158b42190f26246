import assert from 'node:assert/strict';
import { type Fault, faultKinds } from '../../src/remote/memory/fault.ts';
import { servesSoundly } from '../../src/remote/memory/sound.ts';
import { planNext, planOn, type Scenario, scenarioOf } from '../kit/plans.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { assertSettled } from '../kit/settled.ts';
import { noonMs } from '../kit/wishes.ts';

/** Without a fault, every host serves the new release. */
export function endsAllNew(name: string): Promise<void> {
  return settles(scenarioOf(name), []);
}

/** Every single fault. */
export async function settlesAfterOne(name: string): Promise<void> {
  const scenario = scenarioOf(name);
  for (const fault of faultsOf(scenario)) await settles(scenario, [fault]);
}

/** Pairs of faults. */
export async function settlesAfterTwo(name: string): Promise<void> {
  const scenario = scenarioOf(name);
  for (const pair of pairsOf(faultsOf(scenario))) await settles(scenario, pair);
}

/** The driver killed at every event: what serves is sound, and the next deployment succeeds. */
export async function survivesTheDriver(name: string): Promise<void> {
  const scenario = scenarioOf(name);
  const { events } = await rehearseWhole(scenario);
  for (const [killAfter, afterDeath] of deaths(events.length)) {
    const { hosts, plan } = scenario.make();
    await rehearse(plan, hosts, { killAfter, afterDeath });
    for (const [name, host] of Object.entries(hosts)) {
      assert.ok(servesSoundly(host), `killed after event ${killAfter}: ${name} serves ${host.current}`);
      host.lock = null;
    }
    const next = planOn(hosts, (wish) => planNext({ ...wish, nowMs: noonMs + 60_000 }), 'test-2');
    const { result } = await rehearse(next, hosts);
    assert.equal(
      result?.outcome,
      'succeeded',
      `killed after event ${killAfter}: the next deployment ${JSON.stringify(result?.cause)}`,
    );
  }
}

async function settles(scenario: Scenario, faults: readonly Fault[]): Promise<void> {
  const { hosts, plan } = scenario.make();
  const { result, events } = await rehearse(plan, hosts, { faults });
  assert.ok(result);
  try {
    assertSettled({ plan, hosts, result, events });
    if (faults.length === 0) assert.equal(result.outcome, 'succeeded');
  } catch (error) {
    throw new Error(`With ${JSON.stringify(faults)}: ${(error as Error).message}`, { cause: error });
  }
}

/** Every fault at every step of every host: the step itself, and its second run, which is its undo. */
function faultsOf(scenario: Scenario): readonly Fault[] {
  const { plan } = scenario.make();
  return Object.keys(plan.paths).flatMap((host) => {
    const steps = plan.phases.flatMap((phase) => phase.steps[host] ?? []);
    const closing = plan.closing[host] ?? [];
    return [
      ...steps.flatMap((step) => faultsAt(host, step.id, 1)),
      ...steps.filter((step) => step.undo.kind === 'step').flatMap((step) => faultsAt(host, step.id, 2)),
      ...closing.flatMap((step) => faultsAt(host, step.id, 1)),
    ];
  });
}

function faultsAt(host: string, step: string, time: number): readonly Fault[] {
  return faultKinds.flatMap((kind) =>
    (['before', 'after'] as const).map((moment) => ({ host, step, time, kind, moment })),
  );
}

/** All pairs where they are few; else every `stride`th, so that the whole stays within seconds and meets every fault many times. */
function* pairsOf(faults: readonly Fault[], most = 700): Generator<readonly [Fault, Fault]> {
  const all = (faults.length * (faults.length - 1)) / 2;
  const stride = Math.max(1, Math.ceil(all / most));
  let count = 0;
  for (const [i, first] of faults.entries()) {
    for (const second of faults.slice(i + 1)) {
      count += 1;
      if (count % stride === 0) yield [first, second];
    }
  }
}

/** At every event, and with what runs on the hosts ended or going on without its driver. */
function deaths(events: number): readonly (readonly [number, 'ends' | 'goes-on'])[] {
  return Array.from({ length: events - 1 }, (_, i) => i + 1).flatMap((at) => [
    [at, 'ends'] as const,
    [at, 'goes-on'] as const,
  ]);
}

function rehearseWhole(scenario: Scenario) {
  const { hosts, plan } = scenario.make();
  return rehearse(plan, hosts);
}
