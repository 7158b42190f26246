import type { z } from 'zod';
import type { Settings } from '../../model/settings.ts';
import { isBuiltOnce } from '../../model/source.ts';
import { recipes } from '../../recipes/index.ts';
import { mergeStage } from '../merge.ts';
import { type Problem, problem, type Tell } from '../problem.ts';
import { hosts } from '../schema/hosts.ts';
import { appProcess } from '../schema/processes.ts';
import { settings } from '../schema/settings.ts';
import { type Selection, selectHosts } from '../select.ts';
import { kindOf, resolveApp } from './app.ts';
import { resolveCaches } from './caches.ts';
import { resolveChecks } from './checks.ts';
import { resolveDrain } from './drain.ts';
import { resolveHooks } from './hooks.ts';
import { resolveHosts } from './hosts.ts';
import { resolvePaths } from './paths.ts';
import { resolveProcesses } from './processes.ts';
import { contentPaths, resolveRoutine } from './routine.ts';
import { resolveBatch, resolveConfirmation, resolveLimits, resolveSource } from './source.ts';
import type { Fleet } from './targets.ts';

/** A config whose stage is chosen. */
export interface Chosen {
  readonly value: Readonly<Record<string, unknown>>;
  readonly stage: string;
  readonly directory: string;
  readonly selection: Selection;
}

/** The stage's settings, which hold only if there are no problems here or in the config's shape. */
export function settle(chosen: Chosen): { readonly settings: Settings; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const parts = partsOf(chosen, (...told) => void problems.push(problem(...told)));
  const { values } = parts;
  const paths = pathsOf(parts);
  const fleet = fleetOf(parts, chosen.selection);
  const work = workOf(parts, fleet);
  const routine = routineOf(parts, { hooks: work.hooks, shared: paths.shared });
  const tellBuilder = parts.tellFor('hosts', 'source');
  const source = resolveSource(values, chosen.directory, { hosts: fleet.hosts, tell: tellBuilder });
  tellDoubleNames(parts);
  const settings = {
    project: String(chosen.value.project),
    stage: chosen.stage,
    recipe: values.recipe,
    app: resolveApp(recipes[values.recipe], values.app, parts.tellFor('recipe', 'app')),
    layout: values.layout,
    source,
    ...paths,
    ...cachesOf(parts, paths.shared),
    ...work,
    ...routine,
    keep: values.keep,
    tolerate: values.tolerate,
    reuse: values.reuse ?? (isBuilt(source) ? [] : routine.routine.tasks.flatMap(({ reuses }) => reuses ?? [])),
    spare: values.spare,
    batch: resolveBatch(values.batch),
    limits: resolveLimits(values.limits),
    confirmation: resolveConfirmation(values),
    env: values.env,
    secrets: values.secrets,
    php: values.php,
    composer: values.composer,
  };
  tellShownSecrets(settings, parts);
  return { settings, problems };
}

/** What arrives built brings its dependencies along. */
function isBuilt(source: Settings['source']): boolean {
  return source.kind === 'artifact' || isBuiltOnce(source);
}

/** Values shorter than this are not masked in output either: they occur by chance. */
const shortestSecret = 4;

/** Everything but the secrets is shown: in plans, in records, in the arguments of processes. */
function tellShownSecrets({ secrets, ...shown }: Settings, { tellFor }: Parts): void {
  const text = JSON.stringify(shown);
  for (const [name, value] of Object.entries(secrets)) {
    if (value.length < shortestSecret || !text.includes(JSON.stringify(value).slice(1, -1))) continue;
    tellFor()(
      ['secrets', name],
      'The value of this secret stands elsewhere in the config too, where it would be shown.',
      'Take it out there; a hook that names the secret has it in its environment.',
    );
  }
}

function tellDoubleNames({ values, tellFor }: Parts): void {
  for (const name of Object.keys(values.secrets).filter((key) => Object.hasOwn(values.env, key))) {
    tellFor()(['secrets', name], 'This name is in "env" too.', 'Keep it in one of them.');
  }
}

function pathsOf({ values, tellFor }: Parts) {
  const tell = tellFor('recipe', 'shared', 'writable', 'assets', 'without', 'layout');
  const recipe = recipes[values.recipe];
  return resolvePaths({ ...recipe, content: contentPaths(values.content) }, values, tell);
}

function cachesOf({ values, tellFor }: Parts, shared: Settings['shared']) {
  const tell = tellFor('recipe', 'shared', 'secrets', 'caches', 'isolation');
  return resolveCaches(recipes[values.recipe], values, { shared, tell });
}

function routineOf({ values, tellFor }: Parts, beside: Pick<Settings, 'hooks' | 'shared'>) {
  const tell = tellFor('recipe', 'shared', 'hooks', 'tasks', 'overlay', 'content');
  return resolveRoutine(recipes[values.recipe], values, { ...beside, tell });
}

function fleetOf({ values, tellFor }: Parts, selection: Selection): Fleet {
  const hosts = resolveHosts(values.hosts, values, tellFor('hosts', 'path'));
  if (hosts.length === 0) return { hosts, selected: [] };
  const selected = selectHosts(hosts, selection);
  if (selected.ok) return { hosts, selected: selected.value };
  for (const { message, suggestion } of selected.problems) tellFor('hosts')([], message, suggestion);
  return { hosts, selected: [] };
}

/** What is said of a process of which nothing is said. */
const noProcess = appProcess.parse({});

/** What is done, and where. */
function workOf(
  { values, tellFor }: Parts,
  fleet: Fleet,
): Pick<Settings, 'hosts' | 'hooks' | 'checks' | 'processes' | 'balancer'> {
  const secrets = Object.keys(values.secrets);
  const recipe = recipes[values.recipe];
  const tell = tellFor('hosts', 'hooks', 'secrets');
  return {
    hosts: fleet.selected,
    hooks: resolveHooks(values.hooks, {
      fleet,
      secrets,
      limitMs: values.limits.hook,
      idleMs: values.limits.idle,
      tell,
    }),
    checks: resolveChecks(values.checks, fleet, tellFor('hosts', 'checks')),
    balancer: resolveDrain(values.drain, {
      fleet,
      batch: resolveBatch(values.batch),
      tell: tellFor('hosts', 'drain', 'batch'),
    }),
    processes: resolveProcesses(
      kindOf(recipe, values.app),
      { app: values.app.process ?? noProcess, workers: values.workers },
      { recipe, fleet, manager: values.processManager, tell: tellFor('hosts', 'app', 'workers', 'recipe') },
    ),
  };
}

const schemas = { ...settings.shape, hosts };
type Values = { readonly [K in keyof typeof schemas]: z.output<(typeof schemas)[K]> };

interface Parts {
  readonly values: Values;
  readonly tellFor: (...keys: readonly (keyof Values)[]) => Tell;
}

/**
 * Each setting read for itself, with its default in place of one that is broken. What is told through `tellFor` is
 * kept to oneself when one of the named settings is broken: it may only follow from that.
 */
function partsOf({ value, stage }: Chosen, tell: Tell): Parts {
  const { values: written, origin } = mergeStage(value, stage);
  const read = Object.entries(schemas).map(([key, schema]) => ({
    key,
    schema,
    parsed: schema.safeParse(written[key]),
  }));
  const broken = new Set(read.filter(({ parsed }) => !parsed.success).map(({ key }) => key));
  const tellAt: Tell = (path, ...told) => tell(origin(path), ...told);
  return {
    values: Object.fromEntries(
      read.map(({ key, schema, parsed }) => [
        key,
        parsed.success ? parsed.data : key === 'hosts' ? {} : schema.parse(undefined),
      ]),
    ) as Values,
    tellFor: (...keys) => (keys.some((key) => broken.has(key)) ? () => {} : tellAt),
  };
}
