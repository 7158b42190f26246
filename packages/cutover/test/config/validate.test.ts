import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { settings } from '../../src/config/schema/settings.ts';
import { scriptLocator } from '../../src/config/script.ts';
import { listed } from '../../src/config/suggest.ts';
import { configWith, problemsOf } from './kit.ts';

interface Case {
  readonly says: string;
  readonly config: unknown;
  readonly problems: readonly string[];
}

const production = 'stages.production';
const host = `${production}.hosts.web1`;

function withHost(details: unknown): object {
  return configWith({}, { hosts: { web1: details } });
}

const cases: readonly Case[] = [
  {
    says: 'a config that is not an object',
    config: [],
    problems: ['The config must be an object with "project" and "stages".'],
  },
  {
    says: 'a config that is empty',
    config: {},
    problems: ['project: “project” is missing.', 'stages: “stages” is missing.'],
  },
  {
    says: 'no stages',
    config: { project: 'a', stages: {} },
    problems: ['stages: The config has no stages. → Add one, such as stages: { production: { hosts: { … } } }.'],
  },
  {
    says: 'an unknown option that is near a known one',
    config: configWith({ kepe: 3 }),
    problems: ['kepe: There is no option “kepe” here. → Did you mean “keep”?'],
  },
  {
    says: 'an unknown option of a host',
    config: withHost({ adress: 'x' }),
    problems: [`${host}.adress: There is no option “adress” here. → Did you mean “address”?`],
  },
  {
    says: 'an unknown option of a host that is near none',
    config: withHost({ zzz: 1 }),
    problems: [
      `${host}.zzz: There is no option “zzz” here. → Known: “address”, “port”, “user”, “path”, “roles”, “labels”, “local”, “receivesCode”, “forwardAgent”, “env”, “php”, “composer”.`,
    ],
  },
  {
    says: 'a value that is not one of the possible ones',
    config: configWith({ layout: 'envoier' }),
    problems: [
      'layout: “envoier” is not possible here: it must be one of “envoyer”, “shared”. → Did you mean “envoyer”?',
    ],
  },
  {
    says: 'a number where a choice is',
    config: configWith({ layout: 3 }),
    problems: ['layout: This is the number 3; it must be one of “envoyer”, “shared”.'],
  },
  {
    says: 'a text where a number is',
    config: configWith({ keep: '5' }),
    problems: ['keep: This must be a number, not a text.'],
  },
  { says: 'a number that is too small', config: configWith({ keep: 0 }), problems: ['keep: This must be at least 1.'] },
  {
    says: 'a number that is not whole',
    config: configWith({ keep: 1.5 }),
    problems: ['keep: This must be a whole number, not the number 1.5.'],
  },
  {
    says: 'a port beyond the last',
    config: withHost({ port: 70_000 }),
    problems: [`${host}.port: This must be at most 65535.`],
  },
  {
    says: 'an empty list of roles to run on',
    config: configWith({ hooks: { build: [{ run: 'x', roles: [] }] } }),
    problems: ['hooks.build[0].roles: This must not be empty.'],
  },
  {
    says: 'a function',
    config: configWith({ php: () => 'php' }),
    problems: ['php: This must be a text, not a function.'],
  },
  {
    says: 'a source of an unknown type',
    config: configWith({ source: { type: 'svn' } }),
    problems: ['source.type: “svn” is not possible here: it must be one of “git”, “fetch”, “artifact”.'],
  },
  {
    says: 'a source that is an unknown word',
    config: configWith({ source: 'gti' }),
    problems: ['source: “gti” is not possible here: it must be “git”. → Did you mean “git”?'],
  },
  {
    says: 'a fetched source without its URL',
    config: configWith({ source: { type: 'fetch' } }),
    problems: ['source.url: “url” is missing.'],
  },
  {
    says: 'a misspelt option that is required, without saying that it is missing too',
    config: configWith({ checks: [{ htpt: 'https://a.example' }] }),
    problems: ['checks[0].htpt: There is no option “htpt” here. → Did you mean “http”?'],
  },
  {
    says: 'an option of the form that the value comes nearest to',
    config: configWith({ checks: [{ http: 'https://a.example', stauts: 200 }] }),
    problems: ['checks[0].stauts: There is no option “stauts” here. → Did you mean “status”?'],
  },
  {
    says: 'a length of time without a unit',
    config: configWith({ limits: { hook: 30 } }),
    problems: ['limits.hook: This must be a text, not the number 30.'],
  },
  {
    says: 'a length of time with an unknown unit',
    config: configWith({ limits: { hook: '3 days' } }),
    problems: ['limits.hook: This must be a length of time such as "500ms", "30s", "5m" or "2h".'],
  },
  {
    says: 'a length of time beyond a day',
    config: configWith({ limits: { hook: '25h' } }),
    problems: ['limits.hook: This may be at most "24h".'],
  },
  {
    says: 'a batch that is no share',
    config: configWith({ batch: '0%' }),
    problems: ['batch: This must be "all", a number of hosts or a share of them such as "25%".'],
  },
  {
    says: 'a batch of another kind',
    config: configWith({ batch: true }),
    problems: ['batch: This must be a text or a number, not true.'],
  },
  {
    says: 'an unknown hook point',
    config: configWith({ hooks: { 'before actvate': [] } }),
    problems: ['hooks["before actvate"]: There is no option “before actvate” here. → Did you mean “before activate”?'],
  },
  {
    says: 'an unknown variable in a hook',
    config: configWith({ hooks: { build: ['echo {{ relase }}'] } }),
    problems: ['hooks.build[0]: There is no variable “{{ relase }}”. → Did you mean “release”?'],
  },
  {
    says: 'an unknown variable in an undo',
    config: configWith({ hooks: { build: [{ run: 'x', undo: '{{nmae}}' }] } }),
    problems: ['hooks.build[0].undo: There is no variable “{{ nmae }}”. → Did you mean “name”?'],
  },
  {
    says: 'no variable where a template is not ours',
    config: configWith({ hooks: { build: ["docker ps --format '{{ .Names }}'"] } }),
    problems: [],
  },
  {
    says: 'an empty hook',
    config: configWith({ hooks: { build: [' '] } }),
    problems: ['hooks.build[0]: This must not be empty.'],
  },
  {
    says: 'a hook with a NUL',
    config: configWith({ hooks: { build: ['a\0b'] } }),
    problems: ['hooks.build[0]: This must not hold a NUL character.'],
  },
  {
    says: 'the name of a variable that is taken',
    config: configWith({ env: { CUTOVER_RELEASE: 'x' } }),
    problems: [
      'env.CUTOVER_RELEASE: This must be the name of an environment variable: letters, digits and "_". Names that begin with CUTOVER_ are taken.',
    ],
  },
  {
    says: 'an address with a user',
    config: withHost({ address: 'deploy@web1' }),
    problems: [`${host}.address: An address does not hold the user. → Write address "web1" and user "deploy".`],
  },
  {
    says: 'an address that ssh would read as an option',
    config: withHost({ address: '-oProxyCommand=x' }),
    problems: [`${host}.address: An address must not be empty, begin with "-" or hold white space.`],
  },
  {
    says: 'a user that ssh would read as an option',
    config: withHost({ user: '-x' }),
    problems: [`${host}.user: This is not the name of a user.`],
  },
  {
    says: 'a URL with credentials',
    config: configWith({ checks: [{ http: 'https://u:secret@a.example' }] }),
    problems: ['checks[0].http: An address must not hold credentials: it is seen in plans and logs.'],
  },
  {
    says: 'a URL that is none',
    config: configWith({ checks: [{ http: 'a.example/up' }] }),
    problems: ['checks[0].http: This must be an address that begins with "http://" or "https://".'],
  },
  {
    says: 'a ref that git would read as an option',
    config: configWith({ source: { type: 'git', ref: '--upload-pack=x' } }),
    problems: ['source.ref: A ref must not begin with "-" or hold white space.'],
  },
  {
    says: 'a repository that git would run a program for',
    config: configWith({ source: { type: 'fetch', url: 'ext::sh -c x' } }),
    problems: [
      'source.url: This is not the URL of a git repository. → Write it as "git@host:path.git", "ssh://…", "https://…" or "/path".',
    ],
  },
  {
    says: 'a prototype that somebody wants to change',
    config: JSON.parse(
      '{"project":"a","path":"/a","__proto__":{"keep":1},"stages":{"p":{"hosts":{"a":{"__proto__":{"x":1}}}}}}',
    ),
    problems: [
      'stages.p.hosts.a.__proto__: There is no option “__proto__” here. → Known: “address”, “port”, “user”, “path”, “roles”, “labels”, “local”, “receivesCode”, “forwardAgent”, “env”, “php”, “composer”.',
      `__proto__: There is no option “__proto__” here. → Known: ${listed(['project', 'stages', ...Object.keys(settings.shape)])}.`,
    ],
  },
];

describe('a config is told', () => {
  for (const { says, config, problems } of cases) {
    it(says, () => assert.deepEqual(problemsOf(config), problems));
  }

  it('all of its problems at once, those of its shape and those of what belongs together', () => {
    const config = configWith(
      { keep: 0, without: ['storage'] },
      { writable: { way: 'acl' }, hosts: { web1: {}, web2: { address: 'WEB1' } } },
    );
    assert.deepEqual(
      problemsOf(config).map((text) => text.split(':')[0]),
      ['keep', 'without[0]', `${production}.writable.way`, `${production}.hosts.web2`],
    );
  });

  it('nothing that only follows from a problem', () => {
    const config = configWith(
      { hooks: { build: [{ run: 'x', roles: ['db'], secrets: ['A'] }] }, secrets: [] },
      { hosts: { web1: { roels: ['db'] } } },
    );
    assert.deepEqual(
      problemsOf(config).map((text) => text.split(':')[0]),
      [`${host}.roels`, 'secrets'],
    );
  });

  it('no value of a secret', () => {
    const config = configWith({ secrets: { TOKEN: ['hunter2'], 'A B': 'hunter3' }, env: { TOKEN: 'x' } });
    assert.ok(problemsOf(config).length > 0);
    assert.doesNotMatch(problemsOf(config).join('\n'), /hunter/);
  });

  it('of a config that holds itself', () => {
    const config: Record<string, unknown> = { project: 'a' };
    config.env = { A: config };
    assert.ok(
      problemsOf({ ...config, stages: { p: { hosts: { a: { path: '/a' } } } } }).some((text) =>
        /holds itself/.test(text),
      ),
    );
  });
});

describe('whatever is written', () => {
  const options = [
    'source',
    'shared',
    'writable',
    'hooks',
    'checks',
    'limits',
    'env',
    'secrets',
    'batch',
    'recipe',
    'stages',
  ];
  const words = [
    'git',
    'type',
    'directories',
    'build',
    'run',
    'hosts',
    'production',
    'web1',
    'http',
    '${A',
    '../x',
    '__proto__',
    'toString',
  ];
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom(...words),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom(...words), tie('any'), { maxKeys: 4 }),
  })).any;

  it('is settled or told in whole sentences', () => {
    const config = fc.dictionary(fc.constantFrom(...options), value);
    fc.assert(
      fc.property(config, value, (more, stage) => {
        const inStage = typeof stage === 'object' && stage !== null ? stage : {};
        for (const text of problemsOf({ ...configWith(more, inStage), ...('stages' in more ? more : {}) }))
          assert.match(text, /[.?](?: →.*)?$/s);
      }),
      { numRuns: 300 },
    );
  });

  it('has a place or none', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      ',',
      ':',
      "'",
      '"',
      '`',
      '//',
      '/*',
      '*/',
      '\n',
      '\\',
      ' ',
      'a',
      'export default {',
      'defineConfig({',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const place = scriptLocator(pieces.join(''), 'a.ts')(['a', 'a', 0]);
        assert.ok(place === null || (place.line >= 1 && place.column >= 1));
      }),
      { numRuns: 500 },
    );
  });
});
