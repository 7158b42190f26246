import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { allHosts, type Selection, selectHosts } from '../../src/config/select.ts';
import { configWith, linesOf, problemsOf, settingsOf } from './kit.ts';

function hostsOf(hosts: object, more: object = {}) {
  return settingsOf(configWith(more, { hosts })).hosts;
}

describe('hosts', () => {
  it('of a range are written out, in the address and the path too', () => {
    const hosts = hostsOf({ 'web[08:11]': { address: '10.0.0.[8:11]', path: '/srv/shop-[08:11]' } });
    assert.deepEqual(
      hosts.map(({ name, address, deployPath }) => [name, address, deployPath]),
      [
        ['web08', '10.0.0.8', '/srv/shop-08'],
        ['web09', '10.0.0.9', '/srv/shop-09'],
        ['web10', '10.0.0.10', '/srv/shop-10'],
        ['web11', '10.0.0.11', '/srv/shop-11'],
      ],
    );
  });

  it('without an address have their name for one', () => {
    assert.deepEqual(
      hostsOf({ 'web[1:2]': {} }).map(({ address }) => address),
      ['web1', 'web2'],
    );
  });

  it('take user and path from themselves, the stage or the project', () => {
    const hosts = hostsOf({ a: { user: 'own', path: '/own//path/' }, b: {} }, { user: 'deploy' });
    assert.deepEqual(
      hosts.map(({ user, deployPath }) => [user, deployPath]),
      [
        ['own', '/own/path'],
        ['deploy', '/srv/shop'],
      ],
    );
  });

  it('that are local need no address and no user', () => {
    const [host] = hostsOf({ here: { local: true } }, { user: 'deploy' });
    assert.deepEqual([host?.transport, host?.address, host?.user], ['local', 'localhost', null]);
  });

  const faults: readonly { readonly says: string; readonly hosts: object; readonly problems: readonly string[] }[] = [
    {
      says: 'there are none',
      hosts: {},
      problems: [': The stage has no hosts. → Add one, such as web1: { address: "web1.example" }.'],
    },
    {
      says: 'a range runs backwards',
      hosts: { a: {}, 'web[10:01]': {} },
      problems: ['["web[10:01]"]: The range runs backwards. → Write it from the lower to the higher number: [1:10].'],
    },
    {
      says: 'a range is without end',
      hosts: { a: {}, 'web[1:999999999]': {} },
      problems: ['["web[1:999999999]"]: The range has 999999999 hosts; 1000 are possible.'],
    },
    {
      says: 'ranges differ in length',
      hosts: { 'web[1:2]': { address: 'w[1:3]' } },
      problems: ['["web[1:2]"].address: The host\'s name is a range of 2, this is one of 3.'],
    },
    {
      says: 'only the address is a range',
      hosts: { web: { address: 'w[1:3]' } },
      problems: [".web.address: There is a range here and none in the host's name."],
    },
    {
      says: 'a name is there twice',
      hosts: { web2: { address: 'x' }, 'web[1:2]': {} },
      problems: ['["web[1:2]"]: The host "web2" is there twice: it is in "web2" too.'],
    },
    {
      says: 'two are one place',
      hosts: { a: { address: 'h.example' }, b: { address: 'H.example' } },
      problems: [
        '.b: The hosts "a" and "b" have the same address and deploy path. → Two deployments in one directory would undo one another: keep one of them.',
      ],
    },
    {
      says: 'a range has one address',
      hosts: { 'web[1:2]': { address: 'h.example' } },
      problems: [
        '["web[1:2]"]: The hosts "web1" and "web2" have the same address and deploy path. → Put the range into "address" too, such as "web[1:2].example".',
      ],
    },
    {
      says: 'a long range has one address, which is told once',
      hosts: { 'web[01:60]': { address: 'h.example' } },
      problems: [
        '["web[01:60]"]: The hosts "web01", "web02" and 58 more have the same address and deploy path. → Put the range into "address" too, such as "web[01:60].example".',
      ],
    },
    {
      says: 'a range is of one place with another host, which is told once',
      hosts: { a: { local: true }, 'b[1:3]': { local: true } },
      problems: [
        '["b[1:3]"]: The hosts "a", "b1" and 2 more have the same address and deploy path. → Two deployments in one directory would undo one another: keep one of them.',
      ],
    },
    {
      says: 'ranges overlap, which is told once',
      hosts: { 'web[1:9]': {}, 'web[5:8]': { address: 'other' } },
      problems: ['["web[5:8]"]: The hosts "web5", "web6" and 2 more are there twice: they are in "web[1:9]" too.'],
    },
    {
      says: 'none receives code',
      hosts: { a: { receivesCode: false } },
      problems: [
        ': None of the hosts receives code. → Take "receivesCode: false" off those that serve the application.',
      ],
    },
    {
      says: 'a local one has a port',
      hosts: { a: { local: true, port: 22 } },
      problems: [
        '.a.port: A local host is this machine itself: "port" means nothing here. → Remove it, or remove "local: true".',
      ],
    },
    {
      says: 'a path is relative',
      hosts: { a: { path: 'srv' } },
      problems: ['.a.path: A deploy path must be absolute. → Begin it with "/", such as "/srv/shop".'],
    },
    {
      says: 'a path is the root',
      hosts: { a: { path: '//' } },
      problems: [
        '.a.path: The deploy path must not be the root of the file system. → Give the project a directory of its own, such as "/srv/shop".',
      ],
    },
    {
      says: 'a path holds what is filled in elsewhere',
      hosts: { a: { path: '/srv/{{ host }}' } },
      problems: [
        '.a.path: Nothing is filled in here: "{{" would be part of the name of a directory. → Write the path out, for a host with one of its own in the entry of that host.',
      ],
    },
    {
      says: 'a path climbs',
      hosts: { a: { path: '/srv/../etc' } },
      problems: ['.a.path: A deploy path must not hold "." or "..".'],
    },
    {
      says: 'a path has a line break',
      hosts: { a: { path: '/srv\n/x' } },
      problems: ['.a.path: A deploy path must be one line without control characters.'],
    },
    {
      says: 'a name is an option',
      hosts: { a: {}, '-x': {} },
      problems: [
        '.-x: A host\'s name must begin with a letter or digit and go on with letters, digits, ".", "_" and "-"; it may hold one range such as "[01:10]".',
      ],
    },
  ];
  for (const { says, hosts, problems } of faults) {
    it(`are refused when ${says}`, () => {
      assert.deepEqual(
        problemsOf(configWith({}, { hosts })).map((text) => text.replace('stages.production.hosts', '')),
        problems,
      );
    });
  }

  it('are refused without a deploy path', () => {
    assert.deepEqual(problemsOf({ project: 'x', stages: { p: { hosts: { a: {} } } } }), [
      'stages.p.hosts.a: The host has no deploy path. → Set "path" here, in the stage or in the project, such as path: "/srv/shop".',
    ]);
  });
});

describe('a selection', () => {
  const hosts = hostsOf({
    web1: { roles: ['app'], labels: { region: 'eu' } },
    web2: { roles: ['app', 'db'], labels: { region: 'us' } },
    'w.x': { roles: ['queue'] },
  });
  const cases: readonly { readonly selection: Partial<Selection>; readonly names: readonly string[] }[] = [
    { selection: {}, names: ['web1', 'web2', 'w.x'] },
    { selection: { hosts: ['web2', 'web1'] }, names: ['web1', 'web2'] },
    { selection: { hosts: ['web*'] }, names: ['web1', 'web2'] },
    { selection: { hosts: ['w.*'] }, names: ['w.x'] },
    { selection: { roles: ['db', 'queue'] }, names: ['web2', 'w.x'] },
    { selection: { roles: ['app'], labels: ['region=eu'] }, names: ['web1'] },
  ];
  for (const { selection, names } of cases) {
    it(`of ${JSON.stringify(selection)} gives ${names.join(', ')}`, () => {
      const selected = selectHosts(hosts, { ...allHosts, ...selection });
      assert.deepEqual(selected.ok && selected.value.map(({ name }) => name), names);
    });
  }

  const refused: readonly { readonly selection: Partial<Selection>; readonly problem: string }[] = [
    { selection: { hosts: ['wbe1'] }, problem: 'No host is called “wbe1”. → Did you mean “web1”?' },
    { selection: { hosts: ['web1', 'x*'] }, problem: 'No host is called “x*”. → Known: “web1”, “web2”, “w.x”.' },
    { selection: { roles: ['que'] }, problem: 'No host has the role “que”. → Known: “app”, “db”, “queue”.' },
    {
      selection: { labels: ['region'] },
      problem: 'No host has the label “region”. → Did you mean “region=eu”?',
    },
    {
      selection: { hosts: ['web1'], roles: ['db'] },
      problem: 'No host is all of this: called “web1”; with the role “db”. → Known: “web1”, “web2”, “w.x”.',
    },
  ];
  for (const { selection, problem } of refused) {
    it(`of ${JSON.stringify(selection)} is refused with the known ones`, () => {
      assert.deepEqual(linesOf(selectHosts(hosts, { ...allHosts, ...selection })), [problem]);
    });
  }
});
