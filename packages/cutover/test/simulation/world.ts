import type { HostName } from '../../src/model/host.ts';
import type { Driver } from './driver.ts';
import type { Machine } from './machine.ts';
import type { Fault, FaultKind, FaultOf, Scenario, When } from './scenario.ts';
import type { Story } from './story.ts';
import type { Time } from './time.ts';

/** A step's how many'th time it is, and what is wrong with it. */
export interface StepFault {
  readonly kind: 'step-fails' | 'step-hangs' | null;
  readonly moment: 'before' | 'after' | null;
  readonly time: number;
}

/** What everybody in a simulation shares. */
export class World {
  readonly scenario: Scenario;
  readonly time: Time;
  readonly story: Story;
  readonly machines = new Map<HostName, Machine>();
  /** Everybody who runs a command. */
  readonly drivers: Driver[] = [];
  readonly #waiting: { readonly key: string; readonly afterMs: number; readonly action: () => void }[] = [];
  readonly #times = new Map<string, number>();

  constructor(scenario: Scenario, parts: { readonly time: Time; readonly story: Story }) {
    this.scenario = scenario;
    this.time = parts.time;
    this.story = parts.story;
  }

  machine(name: HostName): Machine {
    const machine = this.machines.get(name);
    if (!machine) throw new TypeError(`There is no machine ${name}.`);
    return machine;
  }

  /** What is wrong with a step that begins now; each call counts as one more time that the step runs. */
  faultAt(at: { readonly driver: string; readonly host: HostName; readonly step: string }): StepFault {
    const key = `${at.driver} ${at.host} ${at.step}`;
    const time = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, time);
    this.#begins(key);
    const found = this.scenario.faults.find(
      (fault): fault is FaultOf<'step-fails' | 'step-hangs'> =>
        (fault.kind === 'step-fails' || fault.kind === 'step-hangs') &&
        fault.driver === at.driver &&
        fault.host === at.host &&
        fault.step === at.step &&
        fault.time === time,
    );
    if (!found) return { kind: null, moment: null, time };
    const how = found.kind === 'step-hangs' ? 'hangs' : `fails ${found.moment} its effect`;
    this.story.tell(`${at.host}: the step "${at.step}" of ${at.driver} ${how}`);
    return { kind: found.kind, moment: found.kind === 'step-fails' ? found.moment : null, time };
  }

  /** Calls `action` at the moment of the fault, once. */
  when({ host, when }: { readonly host: HostName; readonly when: When }, action: () => void): void {
    if (when.step === null) this.time.after(when.afterMs, action);
    else this.#waiting.push({ key: `${when.driver} ${host} ${when.step}`, afterMs: when.afterMs, action });
  }

  #begins(key: string): void {
    for (let i = this.#waiting.length - 1; i >= 0; i -= 1) {
      const waiting = this.#waiting[i];
      if (waiting?.key !== key) continue;
      this.#waiting.splice(i, 1);
      this.time.after(waiting.afterMs, waiting.action);
    }
  }

  faultsOf<K extends FaultKind>(kind: K): readonly FaultOf<K>[] {
    return this.scenario.faults.filter((fault: Fault): fault is FaultOf<K> => fault.kind === kind);
  }
}
