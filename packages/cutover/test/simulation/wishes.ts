import type { HostFacts } from '../../src/model/facts.ts';
import type { ByHost } from '../../src/model/host.ts';
import type { Settings } from '../../src/model/settings.ts';
import { planDeploy } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planRecover } from '../../src/plan/recover.ts';
import type { Planned } from '../../src/plan/refusal.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planAdopt, planEnvPush, planPrune } from '../../src/plan/upkeep.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { aHook, aHost, aWish, settingsFor, wanted } from '../kit/wishes.ts';
import type { Machine } from './machine.ts';
import type { ReturnKind, WishKind } from './scenario.ts';

/** What a look at a machine finds. */
export function factsOf(machine: Machine, clockMs: number): HostFacts {
  const facts = memoryFacts(machine.memory, `${new Date(clockMs).toISOString().slice(0, 19)}Z`);
  if (machine.spec.past !== 'foreign' || machine.memory.records.size > 0) return facts;
  const served = facts.directories.filter((name) => name <= (machine.memory.current ?? ''));
  return { ...facts, foreign: { kind: 'capistrano', served, revisions: {} } };
}

/** Plans what is wished for, on hosts as they were found. */
export function planFor(
  kind: Exclude<WishKind, ReturnKind>,
  facts: ByHost<HostFacts>,
  parts: { readonly deployment: string; readonly by: string; readonly nowMs: number },
): Planned<Plan> {
  const names = Object.keys(facts);
  const settings = settingsFor(
    names.map((name) => aHost(name)),
    moreFor(kind, names),
  );
  return planned(kind, aWish(settings, facts, parts));
}

function planned(kind: Exclude<WishKind, ReturnKind>, wish: Wish): Planned<Plan> {
  switch (kind) {
    case 'deploy':
    case 'rolling':
    case 'hooks':
      return planDeploy(wish, wanted);
    case 'rollback':
      return planRollback(wish, null);
    case 'prune':
      return planPrune(wish);
    case 'recover':
      return planRecover(wish);
    case 'adopt':
      return planAdopt(wish);
    case 'env':
      return planEnvPush(wish, { to: '.env', from: '/tmp/.env' });
  }
}

function moreFor(kind: WishKind, hosts: readonly string[]): Partial<Settings> {
  if (kind === 'rolling') return { batch: { kind: 'count', count: 1 } };
  if (kind === 'prune') return { keep: 1 };
  if (kind !== 'hooks') return {};
  return {
    hooks: [
      aHook({ when: 'before', phase: 'build', hosts }),
      aHook({ when: 'before', phase: 'activate', hosts, undo: 'true' }),
      aHook({ when: 'after', phase: 'activate', hosts: hosts.slice(0, 1) }),
      aHook({ when: 'after', phase: 'finish', hosts }),
    ],
    checks: [{ kind: 'command', name: 'up', run: 'true', retry: { withinMs: 1000, everyMs: 500 }, hosts }],
  };
}
