import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AppProcess } from '../../src/model/process.ts';
import { configWith, problemsOf, settingsOf } from './kit.ts';

const app: AppProcess = {
  name: 'app',
  run: 'npm start',
  listen: { kind: 'socket', file: 'app.sock', mode: '666', toPort: false },
  healthy: { kind: 'http', path: '/', status: null, withinMs: 30_000 },
  env: {},
  stopSignal: 'TERM',
  restart: true,
  manager: 'own',
  drainMs: 30_000,
  stopMs: 10_000,
  hosts: ['web1'],
};
const mailer: AppProcess = {
  ...app,
  name: 'mailer',
  run: 'node mailer.js',
  listen: null,
  healthy: { kind: 'runs', forMs: 1000, withinMs: 30_000 },
  drainMs: 0,
  stopMs: 120_000,
};

describe('what runs on', () => {
  const cases: readonly (readonly [says: string, config: object, processes: readonly AppProcess[]])[] = [
    ['nothing does in a static site', {}, []],
    ['a Node application is started by npm on a socket in its release', { recipe: 'node' }, [app]],
    [
      'whoever says how a process runs has one, whatever the recipe',
      { app: { process: { run: 'node server.js', healthy: { http: '/up', status: 204 } } } },
      [
        {
          ...app,
          run: 'node server.js',
          healthy: { kind: 'http', path: '/up', status: 204, withinMs: 30_000 },
        },
      ],
    ],
    [
      'ports come with the command that tells the web server',
      { recipe: 'node', app: { process: { listen: { ports: '4001-4010', reload: 'nginx -s reload' } } } },
      [{ ...app, listen: { kind: 'ports', first: 4001, last: 4010, reload: 'nginx -s reload' } }],
    ],
    [
      'a worker has its time after it was asked to end, and the manager of all',
      { processManager: 'systemd-user', workers: [{ name: 'mailer', run: 'node mailer.js', drain: '2m' }] },
      [{ ...mailer, manager: 'systemd-user' }],
    ],
    [
      'a worker is only where its roles are',
      { workers: [{ name: 'mailer', run: 'true', roles: ['app'] }] },
      [{ ...mailer, run: 'true', stopMs: 60_000 }],
    ],
  ];
  for (const [says, config, processes] of cases)
    it(says, () => assert.deepEqual(settingsOf(configWith(config)).processes, processes));

  it('is refused where it cannot be', () => {
    assert.deepEqual(problemsOf(configWith({ app: { kind: 'process' } })), [
      'app: Nothing says how the process is started. → Add "process.run", such as "node server.js".',
    ]);
    assert.deepEqual(problemsOf(configWith({ recipe: 'php', app: { kind: 'php', process: { run: 'true' } } })), [
      'app.process: This is only for the kind "process", and the application is of the kind "php".',
    ]);
    const long = problemsOf(configWith({ recipe: 'node', path: `/srv/${'a'.repeat(80)}` }));
    assert.match(long.join(), /On web1 the socket would have a path of 118 bytes, and the kernel takes 107/);
    const twice = { workers: ['a', 'a'].map((name) => ({ name, run: 'true' })) };
    assert.match(problemsOf(configWith(twice)).join(), /workers\.?\[?1\]?\.name: There are two workers called "a"/);
    const narrow = { recipe: 'node', app: { process: { listen: { ports: '80-80', reload: 'true' } } } };
    assert.match(problemsOf(configWith(narrow)).join(), /This range holds too few ports/);
  });
});
