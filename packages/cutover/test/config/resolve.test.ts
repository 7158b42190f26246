import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settings } from '../../src/config/schema/settings.ts';
import { allHosts } from '../../src/config/select.ts';
import { listed } from '../../src/config/suggest.ts';
import type { Host } from '../../src/model/host.ts';
import { noRoutine } from '../../src/recipes/tasks.ts';
import { configWith, problemsOf, settingsOf } from './kit.ts';

const web1: Host = {
  name: 'web1',
  address: 'web1',
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
};

const hook = {
  when: 'before',
  phase: 'build',
  name: 'make',
  run: 'make',
  hosts: ['web1'],
  user: null,
  env: {},
  secrets: [],
  limitMs: 600_000,
  directory: null,
  undo: null,
};

describe('a stage', () => {
  it('gets every default', () => {
    assert.deepEqual(settingsOf(configWith()), {
      project: 'shop',
      stage: 'production',
      recipe: 'static',
      app: { kind: 'static', root: null, roles: [], url: null, proof: null },
      layout: 'envoyer',
      hosts: [web1],
      source: { kind: 'git', repository: '/project', ref: 'HEAD', subdirectory: null },
      shared: [],
      writable: { paths: [], way: 'mode', user: null, group: null },
      assets: [],
      caches: [],
      isolation: 'off',
      routine: noRoutine,
      accept: {},
      overlay: null,
      content: null,
      skip: null,
      keep: 5,
      tolerate: { hosts: 0 },
      reuse: [],
      spare: { files: 1000, megabytes: 2000 },
      hooks: [],
      checks: [],
      batch: { kind: 'all' },
      processes: [],
      balancer: null,
      limits: { connectMs: 15_000, reconnectMs: 120_000, stepMs: 120_000, transferMs: 1_800_000, hookMs: 600_000 },
      confirmation: { withinMs: null, onLost: 'revert', lostAfterMs: 180_000 },
      env: {},
      secrets: {},
      php: 'php',
      composer: 'composer',
    });
  });

  const stages = { a: { hosts: { h: {} } }, b: { hosts: { h: {} } } };

  it('must be named when there are several', () => {
    assert.deepEqual(problemsOf({ project: 'x', path: '/x', stages }), [
      'The config has several stages: name one with --stage. → Known: “a”, “b”.',
    ]);
  });

  it('that is not there is told with the known ones', () => {
    assert.deepEqual(problemsOf(configWith(), { stage: 'prodction' }), [
      'There is no stage “prodction”. → Did you mean “production”?',
    ]);
    assert.deepEqual(problemsOf({ project: 'x', path: '/x', stages }, { stage: 'toString' }), [
      'There is no stage “toString”. → Known: “a”, “b”.',
    ]);
  });

  it('sets settings anew: objects key by key, lists and plain values whole', () => {
    const project = {
      keep: 3,
      env: { A: '1', B: '1' },
      assets: ['a'],
      limits: { hook: '1m' },
      hooks: { build: ['make'], 'after finish': ['tell'] },
      source: { type: 'git', ref: 'main', subdirectory: 'app' },
    };
    const stage = {
      env: { B: 2, C: true },
      assets: ['b'],
      limits: { step: '1s' },
      hooks: { build: ['make fast'] },
      source: { type: 'git', ref: 'v1' },
    };
    const settings = settingsOf(configWith(project, stage));
    assert.deepEqual(settings.env, { A: '1', B: '2', C: 'true' });
    assert.deepEqual(settings.assets, ['b']);
    assert.deepEqual([settings.limits.hookMs, settings.limits.stepMs, settings.keep], [60_000, 1000, 3]);
    assert.deepEqual(
      settings.hooks.map(({ run }) => run),
      ['make fast', 'tell'],
    );
    assert.deepEqual(settings.source, { kind: 'git', repository: '/project', ref: 'v1', subdirectory: 'app' });
  });

  it('with a source of another type takes nothing from the project’s', () => {
    const settings = settingsOf(
      configWith({ source: { type: 'git', ref: 'main' } }, { source: { type: 'artifact', path: '../dist' } }),
    );
    assert.deepEqual(settings.source, { kind: 'artifact', path: '/dist', exclude: [] });
  });

  it('is not disturbed by variables that are missing in another one', () => {
    const config = {
      project: 'x',
      path: '/x',
      stages: { a: { hosts: { h: {} } }, b: { hosts: { h: { address: '${NOT_SET}' } } } },
    };
    assert.equal(settingsOf(config, { stage: 'a' }).hosts.length, 1);
    assert.equal(problemsOf(config, { stage: 'b' }).length, 1);
  });

  it('reuses what tasks of its recipe install, unless it says otherwise or does that itself', () => {
    const reused = (more: Readonly<Record<string, unknown>>) =>
      settingsOf(configWith(more)).reuse.map(({ directory }) => directory);
    assert.deepEqual(reused({ recipe: 'laravel' }), ['vendor', 'node_modules']);
    assert.deepEqual(reused({ recipe: 'symfony' }), ['vendor']);
    assert.deepEqual(reused({ recipe: 'laravel', hooks: { build: ['npm ci && npm run prod'] } }), ['vendor']);
    assert.deepEqual(reused({ recipe: 'php', tasks: { composer: { run: 'make' } } }), []);
    assert.deepEqual(reused({ recipe: 'laravel', reuse: [] }), []);
    assert.deepEqual(reused({ recipe: 'node' }), []);
  });

  it('batches all, a number or a share', () => {
    const batch = (value: unknown) => settingsOf(configWith({ batch: value })).batch;
    assert.deepEqual(
      [batch('all'), batch(2), batch('25%')],
      [{ kind: 'all' }, { kind: 'count', count: 2 }, { kind: 'percent', percent: 25 }],
    );
  });
});

describe('hooks', () => {
  it('of the build stand between those before and after it, in order', () => {
    const hooks = settingsOf(
      configWith({
        hooks: { 'after build': ['c'], build: ['b1', 'b2'], 'before build': ['a'], 'before prepare': ['0'] },
      }),
    ).hooks;
    assert.deepEqual(
      hooks.map(({ when, phase, run }) => [when, phase, run]),
      [
        ['before', 'prepare', '0'],
        ['before', 'build', 'a'],
        ['before', 'build', 'b1'],
        ['before', 'build', 'b2'],
        ['after', 'build', 'c'],
      ],
    );
  });

  it('written as text or with details come out alike', () => {
    assert.deepEqual(settingsOf(configWith({ hooks: { build: ['make', { run: 'make' }] } })).hooks, [hook, hook]);
  });

  const names: readonly (readonly [string, string])[] = [
    ['composer install --no-dev', 'composer install --no-dev'],
    ['\n# first\nset -e\n  npm  ci\nnpm run build', 'npm ci'],
    ['# only this', '# only this'],
    [`echo ${'x'.repeat(100)}`, `echo ${'x'.repeat(54)}…`],
    ['a\u001b[31mb', 'a [31mb'],
  ];
  for (const [run, name] of names) {
    it(`are named after their command: ${JSON.stringify(name)}`, () => {
      assert.equal(settingsOf(configWith({ hooks: { build: [run] } })).hooks[0]?.name, name);
    });
  }

  const hosts = {
    db1: { roles: ['db'] },
    web1: { roles: ['app'] },
    web2: { roles: ['app', 'db'] },
    worker: { roles: ['queue'], receivesCode: false },
  };
  const targets: readonly {
    readonly says: string;
    readonly hook: object;
    readonly wish?: object;
    readonly hosts: readonly string[];
  }[] = [
    { says: 'that name no host run where code is received', hook: {}, hosts: ['db1', 'web1', 'web2'] },
    { says: 'run on the hosts with one of their roles', hook: { roles: ['db'] }, hosts: ['db1', 'web2'] },
    {
      says: 'run on the hosts that they name, each of both kinds',
      hook: { roles: ['db'], hosts: ['web*'] },
      hosts: ['web2'],
    },
    { says: 'run where no code is received if they name the role', hook: { roles: ['queue'] }, hosts: ['worker'] },
    { says: 'that run once run on the first of their hosts', hook: { roles: ['app'], once: true }, hosts: ['web1'] },
    {
      says: 'that run once run on the first of the selected hosts',
      hook: { roles: ['app'], once: true },
      wish: { selection: { ...allHosts, hosts: ['web2'] } },
      hosts: ['web2'],
    },
    {
      says: 'that are for none of the selected hosts are left out',
      hook: { roles: ['queue'] },
      wish: { selection: { ...allHosts, roles: ['app'] } },
      hosts: [],
    },
  ];
  for (const { says, hook: details, wish, hosts: expected } of targets) {
    it(says, () => {
      const settings = settingsOf(configWith({ hooks: { build: [{ run: 'make', ...details }] } }, { hosts }), wish);
      assert.deepEqual(
        settings.hooks.flatMap((one) => one.hosts),
        expected,
      );
    });
  }

  it('on a secret whose value is shown elsewhere in the config names the secret and not its value', () => {
    const input = (more: object) => configWith({ secrets: { TOKEN: 's3cr"et value' }, ...more });
    const told = [
      'secrets.TOKEN: The value of this secret stands elsewhere in the config too, where it would be shown. → Take it out there; a hook that names the secret has it in its environment.',
    ];
    const places: readonly object[] = [
      { env: { OTHER: 's3cr"et value' } },
      { hooks: { build: ['curl -u s3cr"et value'] } },
      { hooks: { build: [{ run: 'x', undo: 's3cr"et value' }] } },
      { checks: [{ http: 'https://x.example/', headers: { Authorization: 'Bearer s3cr"et value' } }] },
    ];
    for (const place of places) assert.deepEqual(problemsOf(input(place)), told, JSON.stringify(place));
    assert.deepEqual(problemsOf(input({ env: { OTHER: 's3cret' } })), []);
    assert.deepEqual(problemsOf(configWith({ secrets: { SHORT: 'abc' }, env: { OTHER: 'abc' } })), []);
  });
  it('on an unknown role, host or with an unknown secret are told the known ones', () => {
    const config = configWith({
      secrets: { TOKEN: 'x' },
      hooks: { build: [{ run: 'x', roles: ['web'], hosts: ['web11'], secrets: ['TOKE'] }] },
    });
    assert.deepEqual(problemsOf(config), [
      'hooks.build[0].secrets[0]: There is no secret “TOKE”. → Did you mean “TOKEN”?',
      'hooks.build[0].hosts: No host is called “web11”. → Did you mean “web1”?',
      'hooks.build[0].roles: No host has the role “web”. → Known: “app”.',
    ]);
  });
});

describe('checks', () => {
  it('get their defaults and lower-case header names', () => {
    const checks = settingsOf(
      configWith({
        checks: [
          { http: 'https://a.example/up', answerHeaders: { 'X-Release': '1' } },
          { command: 'true', every: '500ms' },
        ],
      }),
    ).checks;
    assert.deepEqual(checks, [
      {
        kind: 'http',
        name: 'a.example/up',
        url: 'https://a.example/up',
        from: 'here',
        resolve: null,
        headers: {},
        expect: { status: 200, body: null, headers: { 'x-release': '1' } },
        retry: { withinMs: 30_000, everyMs: 1000 },
        hosts: ['web1'],
      },
      { kind: 'command', name: 'true', run: 'true', retry: { withinMs: 30_000, everyMs: 500 }, hosts: ['web1'] },
    ]);
  });
});

describe('settings from the command line', () => {
  const cases: readonly {
    readonly set: string;
    readonly gives: (settings: ReturnType<typeof settingsOf>) => unknown;
    readonly value: unknown;
  }[] = [
    { set: 'keep=3', gives: ({ keep }) => keep, value: 3 },
    { set: 'source.ref=123456', gives: ({ source }) => source.kind === 'git' && source.ref, value: '123456' },
    { set: 'batch=2', gives: ({ batch }) => batch, value: { kind: 'count', count: 2 } },
    { set: 'batch=50%', gives: ({ batch }) => batch, value: { kind: 'percent', percent: 50 } },
    { set: 'env.A=b=c', gives: ({ env }) => env.A, value: 'b=c' },
    { set: 'env.A=${HOME}', gives: ({ env }) => env.A, value: '${HOME}' },
    { set: 'assets=["x"]', gives: ({ assets }) => assets, value: ['x'] },
    { set: 'hosts.web1.port=2222', gives: ({ hosts }) => hosts[0]?.port, value: 2222 },
    { set: 'hosts."web1".forwardAgent=true', gives: ({ hosts }) => hosts[0]?.forwardAgent, value: true },
    { set: 'limits.hook=1h', gives: ({ limits }) => limits.hookMs, value: 3_600_000 },
  ];
  for (const { set, gives, value } of cases) {
    it(`are typed by the schema: ${set}`, () =>
      assert.deepEqual(gives(settingsOf(configWith(), { set: [set] })), value));
  }

  it('go over the stage, which goes over the project', () => {
    assert.equal(settingsOf(configWith({ keep: 2 }, { keep: 3 }), { set: ['keep=4', 'keep=6'] }).keep, 6);
  });

  it('leave what stands beside them as it was, however deep they go', () => {
    const process = { run: 'node server.js', listen: { ports: '4001-4010', reload: 'true' } };
    const project = configWith({ app: { kind: 'process', process } });
    const set = ['app.process.within=7s', 'app.process.listen.reload=false'];
    const [app] = settingsOf(project, { set }).processes;
    assert.equal(app?.run, 'node server.js');
    assert.equal(app?.healthy.withinMs, 7000);
    assert.deepEqual(app?.listen, { kind: 'ports', first: 4001, last: 4010, reload: 'false' });
    const ofStage = configWith({ app: { kind: 'process', process } }, { app: { process: { run: 'node own.js' } } });
    assert.equal(settingsOf(ofStage, { set: ['app.process.within=7s'] }).processes[0]?.run, 'node own.js');
  });

  it('that are wrong are told as such', () => {
    assert.deepEqual(problemsOf(configWith(), { set: ['keep=few', 'sorce.ref=x', 'junk', '__proto__.keep=1'] }), [
      '“junk” is not a setting. → Write --set key=value, such as --set keep=3 or --set source.ref=main.',
      'keep: This must be a number, not a text. It was set with --set.',
      'sorce: There is no option “sorce” here. It was set with --set. → Did you mean “source”?',
      `__proto__: There is no option “__proto__” here. It was set with --set. → Known: ${listed(['hosts', ...Object.keys(settings.shape)])}.`,
    ]);
    assert.equal(({} as Record<string, unknown>).keep, undefined);
  });
});
