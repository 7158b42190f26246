import assert from 'node:assert/strict';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { execute, type Result } from '../../src/engine/execute.ts';
import { type ReleaseRecord, stateOf } from '../../src/model/release.ts';
import type { Settings } from '../../src/model/settings.ts';
import { planDeploy, type Wanted } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import type { Plan, Step } from '../../src/plan/plan.ts';
import type { Planned } from '../../src/plan/refusal.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planEnvPush, planPrune, planPurge } from '../../src/plan/upkeep.ts';
import { openFleet } from '../../src/remote/fleet.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import type { Fault } from '../../src/remote/memory/fault.ts';
import { emptyHost, type MemoryHost } from '../../src/remote/memory/host.ts';
import { archiveDigest } from '../../src/source/artifact-revision.ts';
import { openPayloads, type Payloads } from '../../src/source/payloads.ts';
import { isSourceProblem } from '../../src/source/problem.ts';
import { copyTree } from '../kit/kept.ts';
import { rehearse } from '../kit/rehearsal.ts';
import { until } from '../kit/until.ts';
import { aHost, aRevision, aWish, noonMs, settingsFor } from '../kit/wishes.ts';
import { answered, git, repository, resolveRevision, workspace, write } from '../source/kit.ts';

/**
 * The in-memory fleet goes by a step's effect, a real host by its script. Here both do the same plans, with the same faults,
 * and must be in the same state afterwards: what the fault test proves in memory holds for the shell text. Each plan has a bench of its own,
 * and they are carried out side by side: most of it is waiting.
 */
describe('the scripts do what their effects say', { concurrency: true }, () => {
  const kinds: readonly [string, Planner][] = [
    ['a deployment', (wish, bench) => planDeploy(wish, bench.wanted())],
    ['a rollback', (wish) => planRollback(wish, null)],
    ['a removal of old releases', (wish) => planPrune({ ...wish, settings: { ...wish.settings, keep: 1 } })],
    [
      'a push of the environment',
      (wish, bench) => planEnvPush(wish, { to: '.env', from: join(bench.directory, 'env') }),
    ],
  ];
  for (const [name, planner] of kinds) {
    it(`${name}, failed nowhere and at every step, before and after its effect`, async (t) => {
      const prepared = bench(t);
      for (let i = 0; i < 3; i += 1) await prepared.both((wish) => planDeploy(wish, prepared.wanted()), null);
      await strikeEverywhere(prepared, planner);
    });
  }

  it('a purge of what a release left, failed nowhere and at every step', async (t) => {
    await strikeEverywhere(bench(t, {}, '20260201100000'), (wish) => planPurge(wish, '20260201100000'));
  });

  it('deployments that leave a spare and take it, failed nowhere and where they do', async (t) => {
    const prepared = bench(t, { spare: { files: 0, megabytes: 100 } });
    const deploy: Planner = (wish, { wanted }) => planDeploy(wish, wanted());
    await prepared.both(deploy, null);
    for (const step of ['receive', 'spare']) {
      for (const moment of ['before', 'after'] as const)
        await (await prepared.copy()).both(deploy, { step, moment, undo: false });
    }
    await prepared.both(deploy, null);
  });

  it('deployments of an artifact, by its objects and whole, failed nowhere and where it arrives', async (t) => {
    const prepared = bench(t, { spare: { files: 0, megabytes: 100 } });
    for (const way of ['by its objects', 'whole'] as const) {
      const artifact = await artifactOf(prepared.directory, way);
      const deploy: Planner = (wish) => planDeploy(wish, artifact);
      await prepared.both(deploy, null);
      await (await prepared.copy()).both(deploy, { step: 'receive', moment: 'after', undo: false });
    }
  });

  it('a first deployment, failed nowhere and at every step', async (t) => {
    await strikeEverywhere(bench(t), (wish, { wanted }) => planDeploy(wish, wanted()));
  });
});

const pathName = `de ploy's "path"`;

type Planner = (wish: Wish, bench: Bench) => Planned<Plan>;

/** Every fault on a copy of its own, then none. */
async function strikeEverywhere(prepared: Bench, planner: Planner): Promise<void> {
  for (const fault of faultsOf(prepared.planned(planner))) await (await prepared.copy()).both(planner, fault);
  await prepared.both(planner, null);
}

interface StepFault {
  readonly step: string;
  readonly moment: 'before' | 'after';
  readonly undo: boolean;
}

function faultsOf(plan: Plan): readonly StepFault[] {
  const steps = plan.phases.flatMap((phase) => phase.steps.web1 ?? []);
  return steps.flatMap((step) =>
    (['before', 'after'] as const).flatMap((moment) => [
      { step: step.id, moment, undo: false },
      ...(step.undo.kind === 'step' ? [{ step: step.id, moment, undo: true }] : []),
    ]),
  );
}

interface Bench {
  readonly directory: string;
  wanted(): Parameters<typeof planDeploy>[1];
  planned(planner: Planner): Plan;
  /** Carries one plan out in memory and for real, with one fault, and compares. */
  both(planner: Planner, fault: StepFault | null): Promise<void>;
  /** The same two worlds once more, apart from these. */
  copy(): Promise<Bench>;
}

/** Nothing was deployed yet, neither in memory nor below a deploy path with a hard name; the purge of a release may be owed. */
function bench(t: TestContext, more: Partial<Settings> = {}, owed: string | null = null): Bench {
  const directory = workspace(t);
  repository(join(directory, 'app'), { 'index.html': 'one', 'assets/app.1.js': '1' });
  write(directory, { env: 'APP_ENV=production\n' });
  const memory = emptyHost();
  if (owed !== null) {
    memory.owed.add(owed);
    const record = JSON.stringify({ format: 1, release: owed, caches: [] });
    write(directory, { [join(pathName, '.cutover/owed', owed)]: `${record}\n` });
  }
  const source = join(directory, 'app');
  const payloads = openPayloads({ repository: source, exclude: [], signal: new AbortController().signal });
  t.after(() => payloads.dispose());
  return benchOf(t, { directory, memory, rounds: 0, more, source: { wanted: wantedFrom(source), payloads } });
}

/** What is deployed, asked of git and packed once for a bench and all copies of it. */
interface Source {
  readonly wanted: Wanted;
  readonly payloads: Payloads;
}

interface Begin {
  readonly directory: string;
  readonly memory: MemoryHost;
  readonly rounds: number;
  readonly more: Partial<Settings>;
  readonly source: Source;
}

function benchOf(t: TestContext, begin: Begin): Bench {
  const { directory, memory, more, source } = begin;
  const deployPath = join(directory, pathName);
  const settings = { ...settingsAt(deployPath), ...more };
  let { rounds } = begin;

  const made: Bench = {
    directory,
    wanted: () => source.wanted,
    planned(planner) {
      const facts = { web1: memoryFacts(memory, '2026-03-22T12:00:00Z') };
      const wish = aWish(settings, facts, { deployment: `test-${rounds + 1}`, nowMs: noonMs + rounds * 60_000 });
      const planned = planner(wish, made);
      assert.ok(planned.ok, JSON.stringify(planned));
      return planned.plan;
    },
    async both(planner, fault) {
      const plan = made.planned(planner);
      rounds += 1;
      const { result } = await rehearse(plan, { web1: memory }, { faults: inMemory(fault) });
      const real = await carriedOut(withFault(plan, fault), settings, source.payloads);
      await until('the spare is ready or given up', () => sparesOn(deployPath).every(({ isReady }) => isReady));
      const place = fault
        ? `${fault.undo ? 'the undo of ' : ''}${fault.step} failing ${fault.moment} its effect`
        : 'no fault';
      assert.deepEqual(onDisk(deployPath), inModel(memory), `with ${place}`);
      assert.deepEqual(
        [real.outcome, real.stuck, real.serving],
        [result?.outcome, result?.stuck, result?.serving],
        `with ${place}`,
      );
    },
    async copy() {
      const other = workspace(t);
      await copyTree(directory, other);
      return benchOf(t, { directory: other, memory: structuredClone(memory), rounds, more, source });
    },
  };
  return made;
}

function settingsAt(deployPath: string): Settings {
  return settingsFor([aHost('web1', { transport: 'local', deployPath })], {
    layout: 'envoyer',
    assets: ['assets'],
    shared: [
      { type: 'directory', from: 'storage', to: 'storage', required: true },
      { type: 'file', from: '.env', to: '.env', required: false },
    ],
    writable: { paths: ['cache', 'storage/logs'], way: 'mode', user: null, group: null },
  });
}

function inMemory(fault: StepFault | null): readonly Fault[] {
  return fault ? [{ ...fault, host: 'web1', time: fault.undo ? 2 : 1, kind: 'fail' }, ...failing(fault)] : [];
}

/** An undo is reached only when something fails: the step itself, after its effect. */
function failing(fault: StepFault): readonly Fault[] {
  return fault.undo ? [{ host: 'web1', step: fault.step, time: 1, kind: 'fail', moment: 'after' }] : [];
}

function withFault(plan: Plan, fault: StepFault | null): Plan {
  if (!fault) return plan;
  const struck = (step: Step): Step => {
    if (step.id !== fault.step) return step;
    if (!fault.undo) return { ...step, script: broken(step.script, fault.moment) };
    if (step.undo.kind !== 'step') return step;
    return {
      ...step,
      script: broken(step.script, 'after'),
      undo: { ...step.undo, script: broken(step.undo.script, fault.moment) },
    };
  };
  const phases = plan.phases.map((phase) => ({
    ...phase,
    steps: Object.fromEntries(Object.entries(phase.steps).map(([host, steps]) => [host, steps.map(struck)])),
  }));
  return { ...plan, phases };
}

function broken(script: string, moment: 'before' | 'after'): string {
  return moment === 'before' ? 'exit 1' : `(\nset -eu\n${script}\n)\nexit 1`;
}

async function carriedOut(plan: Plan, settings: Settings, payloads: Payloads): Promise<Result> {
  const fleet = openFleet({
    hosts: settings.hosts,
    connectMs: 10_000,
    random: () => 0,
    sleep: () => Promise.resolve(),
  });
  try {
    return await execute(plan, {
      fleet,
      clock: { now: () => noonMs, after: () => () => {} },
      record: () => {},
      async payload(payload) {
        const made = await payloads.make(payload);
        return isSourceProblem(made)
          ? { kind: 'problem', message: made.message }
          : { kind: 'open', bytes: made.bytes, read: () => made.read() };
      },
      secrets: {},
      cancel: new AbortController().signal,
      reconnectMs: 0,
      random: () => 0,
      by: 'ann@desk',
    });
  } finally {
    await fleet.close();
  }
}

function wantedFrom(source: string): Wanted {
  return {
    source: { kind: 'git', repository: source, ref: 'main', subdirectory: null },
    revision: { ...aRevision, id: git(source, ['rev-parse', 'HEAD']).trim() },
    tree: git(source, ['rev-parse', 'HEAD^{tree}']).trim(),
    remainder: null,
    digest: null,
    notes: [],
  };
}

/** What is built in the directory of a bench, with more than a git tree can hold. */
async function artifactOf(directory: string, way: 'by its objects' | 'whole'): Promise<Wanted> {
  const path = join(directory, 'dist');
  write(path, { 'index.html': way, '.gitattributes': '* text', 'bin/run': '#!/bin/sh' });
  mkdirSync(join(path, 'empty'), { recursive: true });
  chmodSync(join(path, 'bin/run'), 0o700);
  const source = { kind: 'artifact', path, exclude: [] } as const;
  const { signal } = new AbortController();
  const resolved = answered(await resolveRevision(source, { signal, limitMs: 10_000 }));
  const digest = way === 'whole' ? answered(await archiveDigest(source, signal)) : null;
  const { revision, notes, tree, remainder } = resolved;
  return {
    source,
    revision,
    notes,
    digest,
    ...(digest === null ? { tree, remainder } : { tree: null, remainder: null }),
  };
}

/** What both worlds have in common. */
interface Common {
  readonly current: string | null;
  readonly directories: readonly string[];
  readonly records: Readonly<Record<string, string>>;
  readonly locked: boolean;
  readonly env: boolean;
  readonly spare: boolean;
  readonly owed: readonly string[];
}

function inModel(host: MemoryHost): Common {
  return {
    current: host.current,
    directories: [...host.directories.keys()].sort(),
    records: Object.fromEntries([...host.records].map(([name, record]) => [name, stateOf(record)])),
    locked: host.lock !== null,
    env: host.shared.has('.env'),
    spare: host.spare,
    owed: [...host.owed].sort(),
  };
}

function onDisk(deployPath: string): Common {
  const records = listed(join(deployPath, '.cutover/releases')).filter((name) => name.endsWith('.json'));
  const current = join(deployPath, 'current');
  return {
    current: lstatSync(current, { throwIfNoEntry: false }) ? basename(readlinkSync(current)) : null,
    directories: listed(join(deployPath, 'releases')).filter((name) => !name.startsWith('.spare-')),
    records: Object.fromEntries(
      records.map((name) => [basename(name, '.json'), stateIn(join(deployPath, '.cutover/releases', name))]),
    ),
    locked: existsSync(join(deployPath, '.cutover/lock')),
    env: existsSync(join(deployPath, '.env')),
    spare: sparesOn(deployPath).length > 0,
    owed: listed(join(deployPath, '.cutover/owed')),
  };
}

/** What lies in wait for the next release, and whether it is whole. */
function sparesOn(deployPath: string): readonly { readonly isReady: boolean }[] {
  const spares = join(deployPath, '.cutover/spares');
  return listed(spares).map((name) => ({
    isReady: existsSync(join(spares, name, 'tree')) && existsSync(join(deployPath, 'releases', `.spare-${name}`)),
  }));
}

function stateIn(file: string): string {
  return stateOf(JSON.parse(readFileSync(file, 'utf8')) as ReleaseRecord);
}

function listed(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory).sort() : [];
}
