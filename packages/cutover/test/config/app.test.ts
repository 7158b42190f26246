import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { App } from '../../src/model/app.ts';
import { configWith, problemsOf, settingsOf } from './kit.ts';

const fpm = { socket: '/run/php/php-fpm.sock', scripts: 'resolved', ask: ['/'], reload: null } as const;
const none = { roles: [], url: null, proof: null } as const;

describe('how an application is served', () => {
  const cases: readonly (readonly [says: string, config: object, app: App])[] = [
    ['a static site is served as it is', {}, { kind: 'static', root: null, ...none }],
    [
      'Laravel is PHP behind public/index.php',
      { recipe: 'laravel' },
      { kind: 'php', root: 'public', entry: 'public/index.php', fpm: null, ...none },
    ],
    [
      'WordPress is PHP in the release itself',
      { recipe: 'wordpress' },
      { kind: 'php', root: null, entry: 'index.php', fpm: null, ...none },
    ],
    [
      'the config goes over the recipe',
      { recipe: 'laravel', app: { entry: 'web/app.php', fpm: { socket: fpm.socket } } },
      { kind: 'php', root: 'web', entry: 'web/app.php', fpm, ...none },
    ],
    [
      'an address is proven on each host itself',
      { app: { root: 'dist', url: 'https://shop.example' } },
      {
        kind: 'static',
        root: 'dist',
        roles: [],
        url: 'https://shop.example',
        proof: { url: 'https://shop.example', resolve: '127.0.0.1', header: null, withinMs: 20_000 },
      },
    ],
    [
      'unless that is not wanted',
      { app: { url: 'https://shop.example', proof: false } },
      { kind: 'static', root: null, roles: [], url: 'https://shop.example', proof: null },
    ],
  ];
  for (const [says, config, app] of cases) it(says, () => assert.deepEqual(settingsOf(configWith(config)).app, app));

  it('is refused where it cannot be', () => {
    assert.deepEqual(
      problemsOf(configWith({ app: { fpm: { socket: 'php.sock' }, url: 'https://ann:pass@shop.example' } })),
      [
        'app.fpm.socket: This must be the absolute path of a socket, or an address and a port such as "127.0.0.1:9000".',
        'app.url: An address must not hold credentials: it is seen in plans and logs.',
      ],
    );
    assert.deepEqual(problemsOf(configWith({ app: { entry: 'index.php' } })), [
      'app.entry: This is only for the kind "php", and the application is of the kind "static".',
    ]);
  });
});
