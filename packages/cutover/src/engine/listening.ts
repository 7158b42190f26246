import { ScriptExit } from '../model/failure.ts';
import type { HostName } from '../model/host.ts';
import type { Step } from '../plan/plan.ts';
import type { Ledger } from './ledger.ts';
import type { Listener } from './segment.ts';
import type { Task } from './stretch.ts';
import type { Telling } from './telling.ts';

/** How a step ends whose output was judged and refused. */
export const refusal = { kind: 'exit', code: ScriptExit.refused } as const;

/** Hears the tasks of one segment: notes what was begun and tells what happened. `passed` counts the tasks that are over, those that failed and may among them. */
export function listenerFor(
  ledger: Ledger,
  host: HostName,
  tasks: readonly Task[],
): Listener & { passed(): number /** The step whose output was judged and refused. */; refused(): string | null } {
  const { telling } = ledger;
  const outputs = new Map<string, ReturnType<Telling['output']>>();
  const passed = new Set<string>();
  let heard = '';
  let refused: string | null = null;
  const taskOf = (id: string): Task | undefined => tasks.find((task) => task.step.id === id);
  return {
    began(id) {
      const task = taskOf(id);
      if (!task) return;
      ledger.note(host, task.step);
      ledger.phases.began(task.phase);
      outputs.set(id, telling.output('step.output', host, id));
      telling.tell({ type: 'step.started', host, step: id });
    },
    output(id, text) {
      if (taskOf(id)?.step.judge === undefined) outputs.get(id)?.push(text);
      else heard += text;
    },
    ended(id, given) {
      const task = taskOf(id);
      let code = given;
      if (task?.step.judge !== undefined) {
        const verdict = ledger.world.judge?.(task.step.judge, { host, output: heard, code }) ?? {
          said: heard,
          refused: false,
        };
        outputs.get(id)?.push(verdict.said);
        if (verdict.refused && code === 0) {
          code = refusal.code;
          refused = id;
        }
      }
      outputs.get(id)?.end();
      if (!task) return;
      if (code === 0) tellSuccess(telling, host, task);
      else
        telling.tell({
          type: 'step.failed',
          host,
          step: id,
          failure: { kind: 'exit', code },
          tolerated: task.tolerated || isDamage(task.step, code),
        });
      if (code !== 0 && !task.tolerated) return;
      passed.add(id);
      ledger.phases.ended(task.phase, host);
    },
    passed: () => passed.size,
    refused: () => refused,
  };
}

/** Whether the plan has something to be done instead. */
export function isDamage({ otherwise }: Step, code: number): boolean {
  return otherwise !== undefined && code === ScriptExit.damaged;
}

/** Lets two listeners hear the same: each knows the steps that are its own. */
export function both(first: Listener, second: Listener): Listener {
  return {
    began(step) {
      first.began(step);
      second.began(step);
    },
    output(step, text) {
      first.output(step, text);
      second.output(step, text);
    },
    ended(step, code) {
      first.ended(step, code);
      second.ended(step, code);
    },
  };
}

function tellSuccess(telling: Telling, host: HostName, { step }: Task): void {
  if (step.effect.kind === 'lock' && step.effect.takesOver !== null)
    telling.tell({ type: 'lock.taken-over', host, from: step.effect.takesOver.deployment });
  telling.tell({ type: 'step.succeeded', host, step: step.id });
}
