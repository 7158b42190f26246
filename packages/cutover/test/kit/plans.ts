import assert from 'node:assert/strict';
import type { Balancer } from '../../src/model/balancer.ts';
import type { HostFacts } from '../../src/model/facts.ts';
import type { ByHost, HostName } from '../../src/model/host.ts';
import type { Settings } from '../../src/model/settings.ts';
import { planDeploy, type Wanted } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { planRecover } from '../../src/plan/recover.ts';
import type { Planned } from '../../src/plan/refusal.ts';
import { planRollback } from '../../src/plan/rollback.ts';
import { planAdopt, planEnvPush, planPrune, planPurge } from '../../src/plan/upkeep.ts';
import { statamicRoutine } from '../../src/recipes/tasks.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost, type MemoryHost } from '../../src/remote/memory/host.ts';
import { aRecord, busyHost, usedHost } from './memory-hosts.ts';
import { aHook, aHost, aProcess, aWish, settingsFor, wanted } from './wishes.ts';

/** A plan, and hosts in memory for which it was made: fresh ones at each call. */
export interface Scenario {
  readonly name: string;
  make(): { readonly hosts: ByHost<MemoryHost>; readonly plan: Plan };
}

const withHooks: Partial<Settings> = {
  hooks: [
    aHook({ when: 'before', phase: 'build', hosts: ['web1', 'web2'] }),
    aHook({ when: 'before', phase: 'activate', hosts: ['web1'], undo: 'true' }),
    aHook({ when: 'after', phase: 'activate', hosts: ['web1', 'web2'] }),
    aHook({ when: 'after', phase: 'finish', hosts: ['web2'] }),
    aHook({ when: 'after', phase: 'finish', hosts: ['web2'], name: 'purge the edge cache' }),
  ],
  checks: [
    { kind: 'command', name: 'up', run: 'true', retry: { withinMs: 1000, everyMs: 500 }, hosts: ['web1', 'web2'] },
  ],
};

const running: Partial<Settings> = {
  processes: [
    aProcess('app', { listen: { kind: 'ports', first: 4001, last: 4010, reload: 'true' }, hosts: ['web1', 'web2'] }),
    aProcess('mailer', { hosts: ['web2'] }),
  ],
};

const aStatamicSite: Partial<Settings> = {
  routine: statamicRoutine,
  isolation: 'store',
  caches: [{ kind: 'file', name: 'pages', path: 'cache/pages', warm: 'true', refresh: null, verify: null }],
  overlay: { file: '.env', lines: {} },
  content: { url: '/srv/content.git', branch: 'main', directory: 'content-repository', paths: ['content'] },
};
const balancer: Balancer = { way: { kind: 'command', out: 'true', back: 'true' }, on: null, withinMs: 1000 };

const withSpare: Partial<Settings> = {
  spare: { files: 0, megabytes: 100 },
  reuse: [{ directory: 'vendor', locks: ['composer.lock'], tools: ['php'] }],
};

const phpBehindLink: Settings['app'] = {
  kind: 'php',
  root: 'public',
  roles: [],
  entry: 'public/index.php',
  fpm: { socket: '/run/php/php-fpm.sock', scripts: 'link', ask: ['/'], reload: null },
  url: 'https://shop.example',
  proof: { url: 'https://shop.example', resolve: '127.0.0.1', header: null, withinMs: 20_000 },
};

/** A directory of this machine, of which a host with git gets the objects that it lacks, and one without gets all. */
const anArtifact: Wanted = {
  ...wanted,
  source: { kind: 'artifact', path: '/srv/dist', exclude: [] },
  revision: { ...wanted.revision, id: `sha256:${'5'.repeat(64)}`, ref: '/srv/dist', branch: null },
  remainder: { directories: ['cache'], modes: [{ path: 'bin', mode: 0o700 }], hasAttributes: true },
  digest: `sha256:${'7'.repeat(64)}`,
};

/** Every kind of plan that changes hosts. */
export const scenarios: readonly Scenario[] = [
  scenario('a deployment to one host', 1, usedHost, deploy()),
  scenario('a deployment to three hosts', 3, usedHost, deploy()),
  scenario('a deployment that takes a spare and leaves one, to two hosts', 2, hostWithSpare, deploy(withSpare)),
  scenario('a deployment of an artifact to two hosts, one of which has no git', 2, hostWithSpare, (wish) =>
    planDeploy(
      { ...wish, facts: withoutGit(wish.facts, 'web2'), settings: { ...wish.settings, ...withSpare } },
      anArtifact,
    ),
  ),
  scenario('a deployment that leaves a host out, to two hosts', 2, usedHost, (wish) =>
    planDeploy({ ...wish, leftOut: { web9: { kind: 'timeout', afterMs: 15_000 } } }, wanted),
  ),
  scenario('a first deployment to two hosts', 2, emptyHost, deploy()),
  scenario('a rolling deployment to three hosts', 3, usedHost, deploy({ batch: { kind: 'count', count: 1 } })),
  scenario('a deployment with hooks and checks to two hosts', 2, usedHost, deploy(withHooks)),
  scenario('a deployment of processes to two hosts', 2, busyHost, deploy(running)),
  scenario('a rolling rollback of processes behind a load balancer on two hosts', 2, busyHost, (wish) =>
    planRollback(
      { ...wish, settings: { ...wish.settings, ...running, balancer, batch: { kind: 'count', count: 1 } } },
      null,
    ),
  ),
  scenario('a deployment of a Statamic site to two hosts', 2, usedHost, deploy(aStatamicSite)),
  scenario('a rollback of a Statamic site on two hosts', 2, usedHost, (wish) =>
    planRollback({ ...wish, settings: { ...wish.settings, ...aStatamicSite } }, null),
  ),
  scenario('a deployment of PHP behind the link to one host', 1, usedHost, deploy({ app: phpBehindLink })),
  scenario('a rollback on two hosts', 2, usedHost, (wish) => planRollback(wish, null)),
  scenario('a rolling rollback on three hosts', 3, usedHost, (wish) =>
    planRollback({ ...wish, settings: { ...wish.settings, batch: { kind: 'percent', percent: 50 } } }, null),
  ),
  scenario('an adoption on two hosts', 2, foreignHost, planAdopt),
  scenario('an adoption of what another project deployed on two hosts', 2, strangersHost, planAdopt),
  scenario('a first deployment over another tool on two hosts', 2, foreignHost, deploy()),
  scenario('a removal of old releases on two hosts', 2, usedHost, (wish) =>
    planPrune({ ...wish, settings: { ...wish.settings, keep: 1 } }),
  ),
  scenario('a removal of old releases with their caches', 1, owingHost, (wish) =>
    planPrune({ ...wish, settings: { ...wish.settings, keep: 1, isolation: 'store' } }),
  ),
  scenario("a purge of a release's caches on two hosts", 2, owingHost, (wish) =>
    planPurge({ ...wish, settings: { ...wish.settings, isolation: 'store' } }, '20260201100000'),
  ),
  scenario('a recovery of two hosts, one with an activation that nobody confirmed', 2, lostHost, planRecover),
  scenario('a push of the environment to two hosts', 2, usedHost, (wish) =>
    planEnvPush(wish, { to: '.env', from: '/tmp/.env' }),
  ),
];

/** One of them, by its name. */
export function scenarioOf(title: string): Scenario {
  const found = scenarios.find(({ name }) => name === title);
  assert.ok(found, title);
  return found;
}

/** What comes after a plan whose driver died. Where the releases are another project's still, taking them over was broken off, and is done again. */
export function planNext(wish: Wish): Planned<Plan> {
  const planned = planDeploy(wish, wanted);
  const isTheirs = !planned.ok && planned.refusals.every(({ kind }) => kind === 'other-project');
  return isTheirs ? planAdopt(wish) : planned;
}

type Planner = (wish: ReturnType<typeof aWish>) => Planned<Plan>;

function deploy(more: Partial<Settings> = {}): Planner {
  return (wish) => planDeploy({ ...wish, settings: { ...wish.settings, ...more } }, wanted);
}

function scenario(name: string, count: number, host: () => MemoryHost, planner: Planner): Scenario {
  let plan: Plan | null = null;
  return {
    name,
    make() {
      const names = Array.from({ length: count }, (_, i) => `web${i + 1}`);
      const hosts = Object.fromEntries(names.map((entry) => [entry, host()]));
      plan ??= planOn(hosts, planner);
      return { hosts, plan };
    },
  };
}

/** Plans for hosts as they are found now. */
export function planOn(hosts: ByHost<MemoryHost>, planner: Planner, deployment = 'test-1'): Plan {
  const facts = Object.fromEntries(Object.entries(hosts).map(([name, host]) => [name, factsOf(host)]));
  const settings = settingsFor(Object.keys(hosts).map((name) => aHost(name)));
  const planned = planner(aWish(settings, facts, { deployment }));
  if (!planned.ok) throw new Error(`No plan: ${JSON.stringify(planned.refusals)}`);
  return planned.plan;
}

/** An earlier purge could not be done. */
function owingHost(): MemoryHost {
  const host = usedHost();
  host.owed.add('20260201100000');
  return host;
}

/** Its driver died after the activation, and it was restarted since. */
function lostHost(): MemoryHost {
  const host = usedHost();
  const release = '20260305100000';
  host.records.set(release, aRecord(release, 'ready')).set('20260306100000', aRecord('20260306100000', 'building'));
  host.directories.set(release, 'complete').set('20260306100000', 'partial');
  const order = { withinMs: 300_000, onLost: 'revert', failed: aRecord(release, 'failed') } as const;
  const guard = {
    release,
    previous: '20260304100000',
    order,
    dueMs: Number.POSITIVE_INFINITY,
    verdict: 'open',
  } as const;
  host.guards.set('dead', { ...guard });
  host.current = release;
  return host;
}

function foreignHost(): MemoryHost {
  const host = usedHost();
  host.records.clear();
  host.directories.delete('20260303100000');
  return host;
}

function strangersHost(): MemoryHost {
  const host = usedHost();
  for (const [name, record] of host.records) host.records.set(name, { ...record, project: 'blog' });
  return host;
}

function withoutGit(facts: ByHost<HostFacts>, name: HostName): ByHost<HostFacts> {
  const found = facts[name];
  return found ? { ...facts, [name]: { ...found, tools: found.tools.filter((tool) => tool !== 'git') } } : facts;
}

function hostWithSpare(): MemoryHost {
  return { ...usedHost(), spare: true };
}

function factsOf(host: MemoryHost) {
  const facts = memoryFacts(host, '2026-03-22T12:00:00Z');
  if (host.records.size > 0 || host.directories.size === 0) return facts;
  return { ...facts, foreign: { kind: 'capistrano' as const, served: [...host.directories.keys()], revisions: {} } };
}
