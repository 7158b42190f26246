import type { HostFacts } from '../../src/model/facts.ts';
import type { ByHost, Host } from '../../src/model/host.ts';
import type { AppProcess } from '../../src/model/process.ts';
import type { Revision } from '../../src/model/revision.ts';
import type { Hook, Settings } from '../../src/model/settings.ts';
import type { Wanted } from '../../src/plan/deploy.ts';
import type { Wish } from '../../src/plan/job.ts';
import { noRoutine } from '../../src/recipes/tasks.ts';

/** How long a deployment of the tests is silent until it counts as dead. */
export const lostAfterMs = 180_000;

/** Noon of a day in March, in UTC. */
export const noonMs = Date.UTC(2026, 2, 22, 12, 0, 0);

export function aHost(name: string, more: Partial<Host> = {}): Host {
  return {
    name,
    address: name,
    transport: 'ssh',
    port: null,
    user: null,
    deployPath: '/srv/shop',
    roles: ['app'],
    labels: {},
    receivesCode: true,
    forwardAgent: false,
    env: {},
    php: null,
    composer: null,
    ...more,
  };
}

export function aHook(more: Partial<Hook> & Pick<Hook, 'when' | 'phase' | 'hosts'>): Hook {
  return {
    name: `${more.when} ${more.phase}`,
    run: 'true',
    user: null,
    env: {},
    secrets: [],
    limitMs: 60_000,
    directory: null,
    undo: null,
    ...more,
  };
}

export function aProcess(name: string, more: Partial<AppProcess> = {}): AppProcess {
  return {
    name,
    run: 'exec sleep 1000',
    listen: null,
    healthy: { kind: 'runs', forMs: 100, withinMs: 10_000 },
    manager: 'own',
    env: {},
    stopSignal: 'TERM',
    drainMs: 10_000,
    stopMs: 10_000,
    restart: true,
    hosts: ['web1'],
    ...more,
  };
}

export function settingsFor(hosts: readonly Host[], more: Partial<Settings> = {}): Settings {
  return {
    project: 'shop',
    stage: 'production',
    recipe: 'static',
    app: { kind: 'static', root: null, roles: [], url: null, proof: null },
    layout: 'shared',
    hosts,
    source: { kind: 'git', repository: '/srv/shop', ref: 'main', subdirectory: null },
    shared: [{ type: 'directory', from: 'storage', to: 'storage', required: true }],
    writable: { paths: [], way: 'mode', user: null, group: null },
    assets: [],
    caches: [],
    isolation: 'off',
    routine: noRoutine,
    accept: {},
    overlay: null,
    content: null,
    skip: null,
    keep: 3,
    tolerate: { hosts: 0 },
    reuse: [],
    spare: null,
    hooks: [],
    checks: [],
    batch: { kind: 'all' },
    processes: [],
    balancer: null,
    limits: { connectMs: 10_000, reconnectMs: 120_000, stepMs: 60_000, transferMs: 600_000, hookMs: 600_000 },
    confirmation: { withinMs: 300_000, onLost: 'revert', lostAfterMs },
    env: {},
    secrets: {},
    php: 'php',
    composer: 'composer',
    ...more,
  };
}

export function aWish(settings: Settings, facts: ByHost<HostFacts>, more: Partial<Wish> = {}): Wish {
  return { settings, facts, deployment: 'test-1', by: 'ann@desk', pid: 4711, nowMs: noonMs, ...more };
}

export const aRevision: Revision = {
  id: '1f0c9b7f3a5d4e6b8c9d0e1f2a3b4c5d6e7f8091',
  ref: 'main',
  branch: 'main',
  author: 'Ann',
  message: 'Fix the basket',
  committedAt: '2026-03-22T11:00:00Z',
};

export const wanted: Wanted = {
  source: { kind: 'git', repository: '/srv/shop', ref: 'main', subdirectory: null },
  revision: aRevision,
  tree: 'aa0c9b7f3a5d4e6b8c9d0e1f2a3b4c5d6e7f8091',
  remainder: null,
  digest: null,
  notes: [],
};
