import type { Effect } from '../../src/model/effect.ts';
import type { HostName } from '../../src/model/host.ts';
import { type ReleaseName, stateOf } from '../../src/model/release.ts';
import { goodTargets } from '../../src/plan/keep.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { servesSoundly } from '../../src/remote/memory/sound.ts';
import type { Act, Machine } from './machine.ts';
import type { Story } from './story.ts';

/** A host as it was before an act, as far as the law asks for it. */
interface Before {
  readonly current: ReleaseName | null;
  readonly hadWayBack: boolean;
  readonly holder: string | null;
  /** All of it, when the one who acts does not hold the lock. */
  readonly whole: string | null;
}

/** What must hold at every moment, watched while everything happens; the first breach ends the story. */
export class Law {
  readonly breaches: string[] = [];
  readonly #story: Story;
  readonly #plans = new Map<string, Plan>();
  readonly #forward = new Set<Effect>();
  readonly #done = new Set<string>();
  readonly #known = new Map<string, number>();
  #confirmed = 0;
  /** What each host was left to serve by each deployment that changed it, and what it was told to serve at its end. */
  readonly #left = new Map<string, ReleaseName | null>();
  readonly #seen = new Map<string, ReleaseName | null>();

  constructor(story: Story) {
    this.#story = story;
  }

  /** How many deployments were confirmed so far: whoever looks at the hosts now knows of them. */
  get confirmed(): number {
    return this.#confirmed;
  }

  /** A plan that begins to be carried out; when it was made, so many deployments were confirmed. */
  knows(plan: Plan, confirmed: number): void {
    this.#plans.set(plan.deployment, plan);
    this.#known.set(plan.deployment, confirmed);
    for (const phase of plan.phases)
      for (const steps of Object.values(phase.steps)) for (const step of steps) this.#forward.add(step.effect);
  }

  /** What a deployment left a host to serve; its basis where it changed nothing. */
  leftBy(plan: Plan, host: HostName): ReleaseName | null {
    return (
      this.#left.get(`${plan.deployment} ${host}`) ??
      (this.#left.has(`${plan.deployment} ${host}`) ? null : (plan.basis[host] ?? null))
    );
  }

  /** What a host served when the deployment asked at its end; undefined when it did not get there. */
  seenBy(plan: Plan, host: HostName): ReleaseName | null | undefined {
    return this.#seen.get(`${plan.deployment} ${host}`);
  }

  breach(what: string): void {
    this.breaches.push(what);
    this.#story.tell(`BREACH: ${what}`);
  }

  before({ memory }: Machine, act: Act): Before {
    const removes = act.effect.kind === 'prune' || act.effect.kind === 'discard';
    return {
      current: memory.current,
      holder: memory.lock?.deployment ?? null,
      hadWayBack: removes && goodTargets(memoryFacts(memory, '')).length > 0,
      whole: memory.lock?.deployment === act.deployment ? null : wholeOf(memory),
    };
  }

  after(machine: Machine, act: Act, { code, before }: { readonly code: number; readonly before: Before }): void {
    const { memory, name } = machine;
    this.#tell(machine, act, code);
    if (act.step === 'serves') this.#seen.set(`${act.deployment} ${name}`, memory.current);
    if (before.whole !== null && act.effect.kind !== 'lock' && wholeOf(memory) !== before.whole)
      this.breach(`${name}: "${act.step}" of ${act.driver} changed the host without the lock`);
    if (['activate', 'restore'].includes(act.effect.kind) && code === 0)
      this.#left.set(`${act.deployment} ${name}`, memory.current);
    if (memory.current !== before.current) this.#changed(machine, act, before);
    if (before.hadWayBack && goodTargets(memoryFacts(memory, '')).length === 0)
      this.breach(`${name}: "${act.step}" of ${act.driver} removed the last release to go back to`);
    if (code === 0) this.#once(name, act);
    if (!servesSoundly(memory))
      this.breach(
        `${name} serves ${memory.current}, which is incomplete, gone or failed, after "${act.step}" of ${act.driver}`,
      );
    if (act.effect.kind === 'lock' && code === 0) this.#locked(machine, act, before);
    if (act.effect.kind === 'confirm' && code === 0) this.#stays(machine, act);
  }

  /** The guard of an activation took it back. */
  wentBack({ name, memory }: Machine, from: ReleaseName | null): void {
    const [deployment] =
      [...memory.guards].find(([, { release, verdict }]) => release === from && verdict === 'reverted') ?? [];
    this.#story.tell(`${name} goes back by itself: current is ${memory.current}`);
    if (deployment === undefined || memory.lock?.deployment !== deployment)
      return this.breach(`${name} goes back although the lock is somebody else's`);
    if (this.#done.has(`${deployment} ${name} confirm`)) this.breach(`${name} goes back from what was confirmed`);
    this.#left.set(`${deployment} ${name}`, memory.current);
    if (!servesSoundly(memory)) this.breach(`${name} goes back to ${memory.current}, which is unsound`);
  }

  /** Whether a deployment's step happened on a host. */
  hasDone(plan: Plan, host: HostName, step: string): boolean {
    return this.#done.has(`${plan.deployment} ${host} ${step}`);
  }

  /** How long it must have been silent to be taken over is asked where it is taken. */
  #locked({ name, memory }: Machine, act: Act, { holder }: Before): void {
    const former = act.effect.kind === 'lock' ? (act.effect.takesOver?.deployment ?? null) : null;
    if (holder !== null && holder !== former) this.breach(`${name}: ${act.driver} took the lock that ${holder} held`);
    const plan = this.#plans.get(act.deployment);
    if (plan && memory.current !== (plan.basis[name] ?? null))
      this.breach(`${name}: ${act.driver} goes on with a plan that was made while ${plan.basis[name]} served`);
  }

  /** The order in which releases served is told by moments of the host's clock, which may be set. Whoever looked before others were confirmed cannot know it. */
  #stays({ name, memory }: Machine, act: Act): void {
    const plan = this.#plans.get(act.deployment);
    const isLate = this.#known.get(act.deployment) !== this.#confirmed;
    const hosts = Object.keys(plan?.paths ?? {}).filter((host) => this.#done.has(`${act.deployment} ${host} confirm`));
    if (hosts.length === Object.keys(plan?.paths ?? {}).length) this.#confirmed += 1;
    if (isLate) return;
    const before = plan?.kind === 'deploy' && memory.current === plan.release ? plan.basis[name] : null;
    const targets = goodTargets(memoryFacts(memory, '')).map((record) => record.name);
    if (before && targets.includes(before) && targets[0] !== before)
      this.breach(`${name}: a rollback would go to ${targets[0]}, although ${before} served before "${act.driver}"`);
  }

  #changed(machine: Machine, act: Act, before: Before): void {
    const { memory, name } = machine;
    const plan = this.#plans.get(act.deployment);
    this.#left.set(`${act.deployment} ${name}`, memory.current);
    if (act.effect.kind === 'activate' && plan && plan.kind === 'deploy') this.#activated(plan, act);
    if (act.effect.kind === 'restore' && before.current !== act.effect.release)
      this.breach(`${name}: ${act.driver} took ${before.current} out of service, which it did not put there`);
    if (act.effect.kind === 'restore' && plan?.kind !== 'recover' && memory.current !== (plan?.basis[name] ?? null))
      this.breach(`${name}: ${act.driver} went back to what did not serve before`);
  }

  /** Two phases over the fleet: everything is proven on all hosts before any of them activates. */
  #activated(plan: Plan, act: Act): void {
    for (const host of Object.keys(plan.paths))
      if (!this.#done.has(`${act.deployment} ${host} verify`) || !this.#done.has(`${act.deployment} ${host} lock`))
        this.breach(`${act.driver} activates while ${host} has not built`);
  }

  #once(host: HostName, act: Act): void {
    if (!this.#forward.has(act.effect)) return;
    const key = `${act.deployment} ${host} ${act.step}`;
    if (this.#done.has(key)) this.breach(`${host}: "${act.step}" of ${act.driver} happened twice`);
    this.#done.add(key);
  }

  #tell({ name, memory }: Machine, act: Act, code: number): void {
    const undo = this.#forward.has(act.effect) || !isUndo(act.effect) ? '' : 'undo of ';
    const said = code === 0 ? '' : ` (exit ${code})`;
    const shows = ['activate', 'restore', 'serves'].includes(act.effect.kind) ? `: current is ${memory.current}` : '';
    this.#story.tell(`${name}: ${undo}"${act.step}" of ${act.driver}${said}${shows}`);
  }
}

function isUndo({ kind }: Effect): boolean {
  return ['restore', 'discard', 'forget', 'restore-shared', 'record', 'hook'].includes(kind);
}

function wholeOf(memory: Machine['memory']): string {
  const records = [...memory.records.values()].map((record) => `${record.name} ${stateOf(record)}`);
  return JSON.stringify([
    memory.current,
    [...memory.directories],
    records,
    [...memory.shared],
    memory.lock?.deployment,
  ]);
}
