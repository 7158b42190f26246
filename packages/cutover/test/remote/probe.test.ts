import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { HostFacts } from '../../src/model/facts.ts';
import type { SharedPath } from '../../src/model/settings.ts';
import { probeScript } from '../../src/remote/probe.ts';
import { foreignScript, hasForeign } from '../../src/remote/probe-foreign-script.ts';
import { parseFacts } from '../../src/remote/probe-parse.ts';
import type { ProbeInput } from '../../src/remote/probe-put.ts';
import type { Shell } from '../../src/shell/text.ts';

const shells: Readonly<Record<string, readonly string[]>> = {
  dash: ['dash'],
  bash: ['bash'],
  busybox: ['busybox', 'sh'],
};

let home = '';
before(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'cutover-test-')));
});
after(() => rmSync(home, { recursive: true, force: true }));

let count = 0;
/** A new deploy path, with a space and a quote in it. */
function deployPath(): string {
  count += 1;
  const path = join(home, `it's app ${count}`);
  mkdirSync(path);
  return path;
}

function write(path: string, content = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function shared(type: SharedPath['type'], path: string): SharedPath {
  return { type, from: path, to: path, required: type === 'file' };
}

const usual: readonly SharedPath[] = [shared('file', '.env'), shared('directory', 'storage')];

/** What a look prints in a shell, with the second one where it is worth it. */
function printed(input: ProbeInput, shell: readonly string[]): string {
  const output = run(probeScript(input), shell);
  const facts = parseFacts(output);
  return !('problem' in facts) && hasForeign(facts) ? output + run(foreignScript(input), shell) : output;
}

/** What a script prints in a shell, run as a step is. */
function run(text: Shell, shell: readonly string[]): string {
  const [program = '', ...args] = shell;
  const script = `set -eu\n${String(text)}`;
  return execFileSync(program, [...args, '-c', script], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CDPATH: home },
  }).toString();
}

type Stable = Omit<HostFacts, 'clock' | 'identity' | 'tools' | 'freeKilobytes' | 'freeInodes'>;

/** The facts that all shells find alike, after a look at those that change with time and machine. */
function probed(input: Partial<ProbeInput> & { deployPath: string }): Stable {
  const whole: ProbeInput = { layout: 'envoyer', shared: usual, ...input };
  const found = Object.values(shells).map((shell) => stable(printed(whole, shell)));
  for (const facts of found) assert.deepEqual(facts, found[0]);
  assert.ok(found[0]);
  return found[0];
}

function stable(output: string): Stable {
  const facts = parseFacts(output);
  assert.ok(!('problem' in facts), output);
  const { clock, identity, tools, freeKilobytes, freeInodes, ...rest } = facts;
  assert.match(identity ?? '', /^[0-9a-f-]{36} \S+ \d+:\d+ /);
  assert.match(clock, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(tools.includes('git') && tools.includes('tar') && tools.includes('bash'), tools.join(' '));
  assert.ok(freeKilobytes !== null && freeKilobytes > 0);
  assert.ok(freeInodes === null || freeInodes > 0);
  return rest;
}

/** A deploy path in which nothing was found. */
const nothing: Stable = {
  system: 'Linux',
  user: userInfo().username,
  deployPath: { kind: 'directory' },
  closed: [],
  current: { kind: 'nothing' },
  directories: [],
  oddDirectories: [],
  records: [],
  damagedRecords: [],
  leftovers: [],
  activations: [],
  owed: [],
  processes: [],
  lock: { kind: 'free' },
  shared: { '.env': 'missing', storage: 'missing' },
  misplaced: [],
  trees: {},
  foreign: { kind: 'none' },
  foreignLock: null,
  linked: [],
  isRemoving: false,
  releaseKilobytes: null,
};

function record(name: string): HostFacts['records'][number] {
  return {
    format: 1,
    name,
    project: 'shop',
    revision: {
      id: 'a'.repeat(40),
      ref: 'main',
      branch: 'main',
      author: 'Zoë',
      message: 'It\'s "good": $(id) \\ ok',
      committedAt: '2026-03-22T15:31:09Z',
    },
    deployment: '20260322153109-ab12',
    by: 'ana@laptop',
    adoptedFrom: null,
    states: [
      { state: 'building', at: '2026-03-22T15:31:10Z' },
      { state: 'live', at: '2026-03-22T15:31:20Z' },
    ],
  };
}

function writeRecord(path: string, name: string): HostFacts['records'][number] {
  write(join(path, '.cutover/releases', `${name}.json`), `${JSON.stringify(record(name))}\n`);
  return record(name);
}

describe('the probe of a deploy path', () => {
  it('tells which processes run, which do not, which ended with the host, and of which it cannot ask', () => {
    const path = deployPath();
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const started = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')[19];
    const note = (name: string, manager: string, pid: string) => {
      write(join(path, '.cutover/processes/20260322153109', name, 'manager'), `${manager} ${name}\n`);
      write(join(path, '.cutover/processes/20260322153109', name, 'pid'), pid);
    };
    note('app', 'own', `${process.pid} ${boot} ${started}\n`);
    note('before', 'own', `${process.pid} 00000000-boot ${started}\n`);
    note('gone', 'own', `${process.pid} ${boot} 1\n`);
    write(join(path, '.cutover/processes/20260322153109/unit/manager'), 'systemd shop-unit@20260322153109.service\n');
    write(join(path, '.cutover/processes/20260322153109/entry/manager'), 'pm2 shop-entry@20260322153109\n');
    const unit = { manager: 'systemd', name: 'shop-unit@20260322153109.service' } as const;
    assert.deepEqual(probed({ deployPath: path }).processes, [
      { release: '20260322153109', name: 'app', state: 'runs', unit: null },
      { release: '20260322153109', name: 'before', state: 'host-restarted', unit: null },
      { release: '20260322153109', name: 'entry', state: 'unknown', unit: null },
      { release: '20260322153109', name: 'gone', state: 'ended', unit: null },
      { release: '20260322153109', name: 'unit', state: 'unknown', unit },
    ]);
  });

  it('is known again by every name that it has, whether it is there yet or not, and in every shell', () => {
    const path = deployPath();
    link(path, `${path} by another name`);
    const identityOf = (deployPath: string, shell: keyof typeof shells) => {
      const facts = parseFacts(printed({ deployPath, layout: 'envoyer', shared: usual }, shells[shell] ?? []));
      return 'problem' in facts ? facts.message : facts.identity;
    };
    const identities = (...paths: readonly string[]) =>
      new Set(paths.flatMap((each) => Object.keys(shells).map((shell) => identityOf(each, shell))));
    assert.equal(identities(path, `${path} by another name`).size, 1);
    assert.equal(identities(`${path}/not/yet`, `${path} by another name/not/yet`).size, 1);
    assert.equal(identities(path, home, `${path}/not/yet`, `${path}/not/either`, deployPath()).size, 5);
  });

  it('tells of shared paths that lie where the other layout keeps them, and only where nothing is in the right place', () => {
    const path = deployPath();
    write(join(path, '.env'), 'A=1\n');
    write(join(path, 'shared/storage/upload.txt'));
    const misplaced = (layout: ProbeInput['layout']) => probed({ deployPath: path, layout }).misplaced;
    assert.deepEqual([misplaced('envoyer'), misplaced('shared')], [['storage'], ['.env']]);
    link('shared/storage', join(path, 'storage'));
    assert.deepEqual([misplaced('envoyer'), misplaced('shared')], [[], ['.env']]);
  });

  it('that is missing says whether it could be made', () => {
    assert.deepEqual(probed({ deployPath: join(home, 'not/there yet') }), {
      ...nothing,
      deployPath: { kind: 'missing', canCreate: true },
    });
    write(join(home, 'file'));
    assert.deepEqual(probed({ deployPath: join(home, 'file/below') }).deployPath, {
      kind: 'missing',
      canCreate: false,
    });
    assert.deepEqual(probed({ deployPath: join(home, 'file') }).deployPath, { kind: 'other' });
    link('nowhere', join(home, 'dangling'));
    assert.deepEqual(probed({ deployPath: join(home, 'dangling') }).deployPath, { kind: 'other' });
  });

  it('that cannot be written to says so', { skip: userInfo().uid === 0 && !canSwitchUser() }, () => {
    const path = deployPath();
    chmodSync(path, 0o555);
    chmodSync(home, 0o755);
    const output = asNobody({ deployPath: path, layout: 'envoyer', shared: [] });
    const facts = parseFacts(output);
    assert.ok(!('problem' in facts));
    const closed = { path, owner: userInfo().username, mode: '555', readOnlyMount: null };
    assert.deepEqual(facts.deployPath, { kind: 'directory' });
    assert.deepEqual(facts.closed, [closed]);
    const missing = parseFacts(asNobody({ deployPath: join(path, 'x/y'), layout: 'envoyer', shared: [] }));
    assert.ok(!('problem' in missing));
    assert.deepEqual(missing.deployPath, { kind: 'missing', canCreate: false });
    assert.deepEqual(missing.closed, [closed]);
  });

  it('can be made in a directory or not by that alone, whatever the releases in there are', {
    skip: userInfo().uid === 0 && !canSwitchUser(),
  }, () => {
    chmodSync(home, 0o755);
    for (const canCreate of [true, false]) {
      const path = deployPath();
      mkdirSync(join(path, 'releases'));
      chmodSync(path, canCreate ? 0o777 : 0o555);
      chmodSync(join(path, 'releases'), canCreate ? 0o555 : 0o777);
      const facts = parseFacts(asNobody({ deployPath: join(path, 'app'), layout: 'envoyer', shared: [] }));
      assert.ok(!('problem' in facts));
      assert.deepEqual(facts.deployPath, { kind: 'missing', canCreate });
      assert.deepEqual(
        facts.closed.map((closed) => closed.path),
        canCreate ? [] : [path],
      );
    }
  });

  it('says which of the directories in it cannot be written to', {
    skip: userInfo().uid === 0 && !canSwitchUser(),
  }, () => {
    const path = deployPath();
    const closed = ['releases', '.cutover/runs'];
    for (const name of ['', '.cutover', '.cutover/releases', ...closed]) {
      mkdirSync(join(path, name), { recursive: true });
      chmodSync(join(path, name), closed.includes(name) ? 0o2555 : 0o777);
    }
    chmodSync(home, 0o755);
    const facts = parseFacts(asNobody({ deployPath: path, layout: 'envoyer', shared: [] }));
    assert.ok(!('problem' in facts));
    const owner = userInfo().username;
    assert.deepEqual(
      facts.closed,
      closed.map((name) => ({ path: join(path, name), owner, mode: '2555', readOnlyMount: null })),
    );
  });

  for (const [name, shell] of Object.entries(shells))
    it(`says where its file system, or that of where it is to be, is mounted for reading only, in ${name}`, {
      skip: !canMount(),
    }, () => {
      const [path, place] = [join(home, 'mounted'), join(home, 'mounted/releases')];
      mkdirSync(place, { recursive: true });
      const mounted = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"';
      const apart = ['unshare', '-m', 'sh', '-c', mounted, 'sh', place, ...shell];
      for (const deployPath of [path, join(place, 'app')]) {
        const facts = parseFacts(run(probeScript({ deployPath, layout: 'envoyer', shared: [] }), apart));
        assert.ok(!('problem' in facts));
        const closed = { path: place, owner: userInfo().username, mode: '755', readOnlyMount: place };
        assert.deepEqual(facts.closed, [closed]);
        assert.equal(facts.deployPath.kind === 'missing' && facts.deployPath.canCreate, false);
      }
    });

  it('says where a shared path that is missing cannot be made, once', {
    skip: userInfo().uid === 0 && !canSwitchUser(),
  }, () => {
    const path = deployPath();
    for (const [name, mode] of [
      ['', 0o777],
      ['shared', 0o555],
      ['shared/storage', 0o777],
    ] as const) {
      mkdirSync(join(path, name), { recursive: true });
      chmodSync(join(path, name), mode);
    }
    chmodSync(home, 0o755);
    const paths = ['storage', 'storage/app/private', 'uploads', 'more/uploads'].map((name) =>
      shared('directory', name),
    );
    const facts = parseFacts(asNobody({ deployPath: path, layout: 'shared', shared: paths }));
    assert.ok(!('problem' in facts));
    const owner = userInfo().username;
    assert.deepEqual(facts.closed, [{ path: join(path, 'shared'), owner, mode: '555', readOnlyMount: null }]);
    const nowhere = parseFacts(asNobody({ deployPath: '/nobody/can/make', layout: 'shared', shared: paths }));
    assert.ok(!('problem' in nowhere));
    assert.deepEqual(
      nowhere.closed.map(({ path: place }) => place),
      ['/'],
    );
  });

  it('that is empty finds nothing, without shared paths too', () => {
    assert.deepEqual(probed({ deployPath: deployPath() }), nothing);
    assert.deepEqual(probed({ deployPath: deployPath(), shared: [] }), { ...nothing, shared: {} });
  });

  it('that Cutover made tells releases, records, lock and trees', () => {
    const path = deployPath();
    for (const name of ['20260101000000', '20260102000000', '.trash-20250101000000', '.next'])
      mkdirSync(join(path, 'releases', name), { recursive: true });
    const records = [writeRecord(path, '20260101000000'), writeRecord(path, '20260102000000')];
    link('releases/20260102000000', join(path, 'current'));
    write(join(path, '.env'), 'A=1\n');
    mkdirSync(join(path, 'storage'));
    const holder = {
      deployment: '20260103000000-zz99',
      kind: 'deploy',
      by: 'ana@laptop',
      pid: 42,
      since: '2026-01-03T00:00:00Z',
      what: 'main "x"',
    } as const;
    write(join(path, '.cutover/lock/holder'), `${JSON.stringify(holder)}\n`);
    const tree = bareRepository(path, '20260102000000');
    assert.deepEqual(probed({ deployPath: path }), {
      ...nothing,
      current: { kind: 'release', release: '20260102000000', exists: true },
      directories: ['20260101000000', '20260102000000'],
      records,
      leftovers: ['releases/.trash-20250101000000'],
      lock: { kind: 'held', holder, owner: { step: null, silentMs: null } },
      shared: { '.env': 'file', storage: 'directory' },
      trees: { '20260102000000': tree },
    });
  });

  it('names damaged records and does not take them for anything', () => {
    const path = deployPath();
    const good = writeRecord(path, '20260101000000');
    const records = join(path, '.cutover/releases');
    const damage: Record<string, string> = {
      'a b.json': JSON.stringify(record('a b')),
      'bin.json': 'a\0b',
      'cut.json': JSON.stringify(record('cut')).slice(0, -9),
      'format.json': JSON.stringify({ ...record('format'), format: 2 }),
      'other.json': JSON.stringify(record('20260101000000')),
      'two.json': '{\n}\n!end\n',
      'x\n!lock.json': '{}',
    };
    for (const [name, content] of Object.entries(damage)) write(join(records, name), content);
    write(join(records, 'unrelated.tmp'), '{}');
    write(join(records, 'left-by-a-power-cut.json'), '');
    write(join(records, 'pretty.json'), JSON.stringify(record('pretty'), null, 2));
    const { damagedRecords, ...rest } = probed({ deployPath: path });
    assert.deepEqual([...damagedRecords].sort(), Object.keys(damage));
    assert.deepEqual(rest, { ...without(nothing, 'damagedRecords'), records: [good, record('pretty')] });
  });

  it('takes what is put away while it looks for gone, and not for damaged', () => {
    for (const shell of Object.values(shells)) {
      const path = deployPath();
      const kept = writeRecord(path, '20260101000000');
      writeRecord(path, '20260102000000');
      write(join(path, '.cutover/lock/holder'), '{}\n');
      write(join(path, '.cutover/runs/20260103000000-zz99/guard/armed'), '{}\n');
      const away = '.cutover/lock .cutover/runs/20260103000000-zz99 .cutover/releases/20260102000000.json';
      const script = probeScript({ deployPath: path, layout: 'envoyer', shared: [] });
      const meanwhile = `grep() { rm -r ${away}; command grep "$@"; }\n${String(script)}`;
      const [command = '', ...leading] = shell;
      const output = execFileSync(command, [...leading, '-c', meanwhile], { encoding: 'utf8' });
      assert.deepEqual(stable(output), { ...nothing, records: [kept], shared: {} });
    }
  });

  it('tells a lock without a holder from a free one', () => {
    const path = deployPath();
    mkdirSync(join(path, '.cutover/lock'), { recursive: true });
    assert.deepEqual(probed({ deployPath: path }), { ...nothing, lock: { kind: 'unnamed' } });
    write(join(path, '.cutover/lock/holder'), '{"deployment":"x"');
    assert.deepEqual(probed({ deployPath: path }), { ...nothing, lock: { kind: 'unnamed' } });
  });

  it('passes over directories with odd names, and names them', () => {
    const path = deployPath();
    const odd = ['-d', 'a b', 'new\n!end\nline', 'quo\'te"', 'ünï', '$(touch X)', '*', '.', '..'].slice(0, 7);
    for (const name of [...odd, '1', '20260101000000', 'v1.2+x'])
      mkdirSync(join(path, 'releases', name), { recursive: true });
    write(join(path, 'releases/file'));
    link('1', join(path, 'releases/link'));
    const facts = probed({ deployPath: path });
    assert.deepEqual([...facts.oddDirectories].sort(), [...odd].sort());
    assert.deepEqual({ ...facts, oddDirectories: [] }, { ...nothing, directories: ['1', '20260101000000', 'v1.2+x'] });
  });
});

describe('the probe of `current`', () => {
  const cases: Record<string, readonly [(path: string) => string, HostFacts['current']]> = {
    'a relative link': [() => 'releases/7', { kind: 'release', release: '7', exists: true }],
    'an absolute link': [(path) => `${path}/releases/7`, { kind: 'release', release: '7', exists: true }],
    'a link with a slash at its end': [() => './releases//7/', { kind: 'release', release: '7', exists: true }],
    'a link to a release that is gone': [() => 'releases/8', { kind: 'release', release: '8', exists: false }],
    'an absolute link to a release that is gone': [
      (path) => `${path}/releases/8`,
      { kind: 'release', release: '8', exists: false },
    ],
    'a link to another place': [() => '/usr', { kind: 'elsewhere', target: '/usr' }],
    'a link into a release': [() => 'releases/7/public', { kind: 'elsewhere', target: 'releases/7/public' }],
    'a link to all releases': [() => 'releases', { kind: 'elsewhere', target: 'releases' }],
    'a link that leads nowhere': [() => 'no\nwhere', { kind: 'elsewhere', target: 'no\nwhere' }],
    'a link to itself': [() => 'current', { kind: 'elsewhere', target: 'current' }],
  };
  for (const [title, [target, current]] of Object.entries(cases)) {
    it(`understands ${title}`, () => {
      const path = deployPath();
      mkdirSync(join(path, 'releases/7/public'), { recursive: true });
      link(target(path), join(path, 'current'));
      const isLive = current.kind === 'release' && current.exists;
      const foreign: HostFacts['foreign'] = isLive ? { kind: 'other', served: ['7'], revisions: {} } : { kind: 'none' };
      assert.deepEqual(probed({ deployPath: path }), { ...nothing, current, directories: ['7'], foreign });
    });
  }

  it('understands links through another path of the same place', () => {
    const path = deployPath();
    mkdirSync(join(path, 'releases/7'), { recursive: true });
    link(path, join(home, 'srv'));
    for (const [target, exists] of [
      ['7', true],
      ['8', false],
    ] as const) {
      rmSync(join(path, 'current'), { force: true });
      link(join(home, 'srv/releases', target), join(path, 'current'));
      assert.deepEqual(probed({ deployPath: join(home, 'srv') }).current, { kind: 'release', release: target, exists });
    }
    rmSync(join(path, 'current'));
    link(join(home, 'srv/releases/7'), join(path, 'current'));
    assert.deepEqual(probed({ deployPath: path }).current, { kind: 'release', release: '7', exists: true });
  });

  it('tells a real directory and a real file', () => {
    const [directory, file] = [deployPath(), deployPath()];
    mkdirSync(join(directory, 'current'));
    write(join(file, 'current'));
    for (const path of [directory, file])
      assert.deepEqual(probed({ deployPath: path }), { ...nothing, current: { kind: 'real' } });
  });
});

describe('the probe of shared paths', () => {
  it('tells what each of them is, in both layouts', () => {
    const names = ['.env', 'empty file', 'storage', 'dangling', 'linked', "it's", 'a\nb', 'missing', '-d'];
    for (const layout of ['envoyer', 'shared'] as const) {
      const path = deployPath();
      const at = layout === 'shared' ? join(path, 'shared') : path;
      for (const name of ['.env', "it's", 'a\nb']) write(join(at, name), 'A=1');
      write(join(at, 'empty file'));
      mkdirSync(join(at, 'storage'));
      link('nowhere', join(at, 'dangling'));
      link('.env', join(at, 'linked'));
      mkdirSync(join(at, '-d'));
      const facts = probed({ deployPath: path, layout, shared: names.map((name) => shared('file', name)) });
      assert.deepEqual(facts.shared, {
        '.env': 'file',
        'empty file': 'empty',
        storage: 'directory',
        dangling: 'other',
        linked: 'file',
        "it's": 'file',
        'a\nb': 'file',
        missing: 'missing',
        '-d': 'directory',
      });
    }
  });
});

/** A release as another tool builds it, with its shared paths linked. */
function foreignRelease(
  path: string,
  name: string,
  files: readonly string[] = ['REVISION', 'vendor/autoload.php'],
): void {
  for (const file of files) write(join(path, 'releases', name, file), 'x');
  for (const name_ of ['.env', 'storage']) link('/nowhere', join(path, 'releases', name, name_));
}

describe('the probe of what other tools left', () => {
  it('finds which releases of Deployer served: not failed, not bad, not newer than the live one, not recorded', () => {
    const path = deployPath();
    for (const name of ['1', '2', '4', '5', '10', '11']) foreignRelease(path, name);
    foreignRelease(path, '3', ['REVISION']);
    mkdirSync(join(path, 'releases/9'));
    write(join(path, 'releases/5/BAD_RELEASE'), 'when');
    for (const name of ['1', '10'])
      write(join(path, 'releases', name, 'REVISION'), `${name.repeat(20).padStart(40, 'a')}\n`);
    write(join(path, 'releases/10/DIRTY_RELEASE'), '');
    link('releases/10', join(path, 'current'));
    write(join(path, '.dep/latest_release'), '11\n');
    const line = (name: string) =>
      JSON.stringify({ created_at: '2024-01-01T12:00:00+0000', release_name: name, user: 'bob', target: 'main' });
    write(join(path, '.dep/releases_log'), ['1', '2', '3', '5', '9', '10', '11'].map(line).join('\n'));
    const records = [writeRecord(path, '2')];
    assert.deepEqual(probed({ deployPath: path }), {
      ...nothing,
      current: { kind: 'release', release: '10', exists: true },
      directories: ['1', '10', '11', '2', '3', '4', '5', '9'],
      records,
      foreign: { kind: 'deployer', served: ['1', '10'], revisions: { 1: `${'a'.repeat(20)}${'1'.repeat(20)}` } },
    });
  });

  it('finds the lock of Deployer where all releases are recorded, and one of its own is in service, too', () => {
    const path = deployPath();
    const records = [writeRecord(path, '2')];
    link('releases/2', join(path, 'current'));
    write(join(path, '.dep/deploy.lock'), 'ann\n');
    mkdirSync(join(path, 'releases/2'), { recursive: true });
    utimesSync(join(path, '.dep/deploy.lock'), new Date(0), new Date('2026-01-01T10:00:00Z'));
    const current = { kind: 'release', release: '2', exists: true } as const;
    const foreignLock = { by: 'ann', since: '2026-01-01T10:00:00Z' };
    assert.deepEqual(probed({ deployPath: path }), { ...nothing, current, directories: ['2'], records, foreignLock });
  });

  it('finds which releases of Capistrano served by its log, with absolute links', () => {
    const path = deployPath();
    for (const name of ['20240101120000', '20240102120000', '20240103120000', '20240104120000'])
      foreignRelease(path, name);
    link(`${path}/releases/20240103120000`, join(path, 'current'));
    write(join(path, 'repo/HEAD'), 'ref: refs/heads/main\n');
    mkdirSync(join(path, 'shared'));
    const log = [
      'Branch main (at abc1234) deployed as release 20240101120000 by bob',
      'Branch a deployed as release 20240102120000 by me (at abc1234) deployed as release 20240103120000 by bob',
      'Branch main (at abc1234) deployed as release 20240104120000 by bob',
      '!end bob rolled back to release 20240103120000',
    ];
    write(join(path, 'revisions.log'), log.join('\n'));
    for (const [name, revision] of [
      ['20240101120000', 'f0'.repeat(20)],
      ['20240103120000', 'main, which is no revision'],
    ] as const)
      write(join(path, 'releases', name, 'REVISION'), `${revision}\nmore`);
    const revisions = { '20240101120000': 'f0'.repeat(20) };
    const facts = probed({ deployPath: path, layout: 'shared' });
    assert.deepEqual(facts.foreign, { kind: 'capistrano', served: ['20240101120000', '20240103120000'], revisions });
    assert.deepEqual(facts.current, { kind: 'release', release: '20240103120000', exists: true });
    rmSync(join(path, 'revisions.log'));
    const withoutLog = probed({ deployPath: path, layout: 'shared' }).foreign;
    assert.deepEqual(withoutLog, {
      kind: 'capistrano',
      served: ['20240101120000', '20240102120000', '20240103120000'],
      revisions,
    });
  });

  it('finds which releases of Envoyer served by their shared links', () => {
    const path = deployPath();
    for (const name of ['20240101120000', '20240103120000', '20240104120000'])
      foreignRelease(path, name, ['vendor/autoload.php']);
    write(join(path, 'releases/20240102120000/index.php'));
    link('releases/20240103120000', join(path, 'current'));
    write(join(path, '.env'), 'A=1');
    mkdirSync(join(path, 'storage'));
    const facts = probed({ deployPath: path });
    assert.deepEqual(facts.foreign, { kind: 'envoyer', served: ['20240101120000', '20240103120000'], revisions: {} });
  });

  for (const [name, sign] of [
    ['mina', '.mina_git_revision'],
    ['other', 'REVISION'],
  ] as const)
    it(`finds which releases served of ${name === 'mina' ? 'Mina' : 'a tool that nothing names'}, where one without a record is in service`, () => {
      const path = deployPath();
      for (const release of ['9', '10', '11', '12']) foreignRelease(path, release, [sign]);
      mkdirSync(join(path, 'releases/8'));
      write(join(path, 'releases/10', sign), `${'f0'.repeat(20)}\n`);
      link('releases/11', join(path, 'current'));
      const facts = probed({ deployPath: path, layout: 'shared' });
      assert.deepEqual(facts.foreign, { kind: name, served: ['10', '11', '9'], revisions: { 10: 'f0'.repeat(20) } });
      writeRecord(path, '11');
      assert.deepEqual(probed({ deployPath: path, layout: 'shared' }).foreign, { kind: 'none' });
    });

  it('finds the links by which the release in service has what is shared, until Cutover built it', () => {
    const path = deployPath();
    const release = join(path, 'releases/20240101120000');
    write(join(path, 'shared/.env'), 'A=1');
    write(join(path, 'shared/my uploads/a.jpg'));
    write(join(path, 'db.sqlite'));
    write(join(release, 'storage/app/x'));
    link(join(path, 'shared/.env'), join(release, '.env'));
    link('../../../shared/my uploads', join(release, 'public/my uploads'));
    link('../../db.sqlite', join(release, 'db.sqlite'));
    for (const [from, to] of [
      ['public/storage', join(release, 'storage/app')],
      ['inside', 'storage/app/x'],
      ['away', '/etc/passwd'],
      ['nowhere', '../../shared/gone'],
      ['vendor/bin/x', '../../../../shared/.env'],
    ] as const)
      link(to, join(release, from));
    link('releases/20240101120000', join(path, 'current'));
    const linked = () => [...probed({ deployPath: path }).linked].sort((a, b) => (a.from < b.from ? -1 : 1));
    const found = [
      { type: 'file', from: '.env', to: 'shared/.env' },
      { type: 'file', from: 'db.sqlite', to: 'db.sqlite' },
      { type: 'directory', from: 'public/my uploads', to: 'shared/my uploads' },
    ];
    assert.deepEqual(linked(), found);
    const ours = writeRecord(path, '20240101120000');
    mkdirSync(join(path, 'releases/1'));
    assert.deepEqual(linked(), []);
    const adopted = JSON.stringify({ ...ours, adoptedFrom: 'capistrano' });
    write(join(path, '.cutover/releases/20240101120000.json'), `${adopted}\n`);
    rmSync(join(path, 'releases/1'), { recursive: true });
    assert.deepEqual(linked(), found);
  });

  it('finds no other tool where all releases have records, and no served release where nothing is live', () => {
    const path = deployPath();
    foreignRelease(path, '20240101120000');
    write(join(path, '.env'), 'A=1');
    mkdirSync(join(path, 'storage'));
    mkdirSync(join(path, '.dep'));
    assert.deepEqual(probed({ deployPath: path }).foreign, { kind: 'deployer', served: [], revisions: {} });
    writeRecord(path, '20240101120000');
    assert.deepEqual(probed({ deployPath: path }).foreign, { kind: 'none' });
  });
});

describe('reading what the probe printed', () => {
  const input: ProbeInput = { deployPath: '/nowhere/at all', layout: 'envoyer', shared: [] };

  it('passes over what a login shell says before, between and after', () => {
    const output = printed(input, ['dash']);
    const noisy = `Welcome!\n+ x\n${output.replaceAll('\n', '\nnvm: hello\n+ traced\n')}bye`;
    assert.deepEqual(stable(noisy), stable(output));
  });

  it('knows the root of all for what is closed, where the deploy path is to be made there', () => {
    const output = printed(input, ['dash']);
    const told = '!closed /\n!closed-by 755 root\n!closed-on \n';
    const facts = parseFacts(output.replace('!end', `${told}!end`));
    assert.deepEqual('problem' in facts ? facts : facts.closed.at(-1), {
      path: '/',
      owner: 'root',
      mode: '755',
      readOnlyMount: null,
    });
  });

  it('does not take a part for the whole', () => {
    const output = printed(input, ['dash']);
    for (const cut of [1, 6, 40]) {
      const parsed = parseFacts(output.slice(0, -cut));
      assert.equal('problem' in parsed ? parsed.problem : null, cut === 1 ? null : 'incomplete', String(cut));
    }
    const parsed = parseFacts('This account is currently not available.\n');
    assert.ok('problem' in parsed);
    assert.equal(parsed.problem, 'not-a-probe');
  });
});

it('starts few processes', { skip: !has('strace') }, () => {
  const path = deployPath();
  for (let i = 1; i <= 9; i++) {
    mkdirSync(join(path, `releases/2026010${i}000000`), { recursive: true });
    writeRecord(path, `2026010${i}000000`);
  }
  link('releases/20260109000000', join(path, 'current'));
  bareRepository(path, '20260109000000');
  write(join(path, '.cutover/lock/holder'), '{}');
  const script = `set -eu\n${probeScript({ deployPath: path, layout: 'envoyer', shared: usual }).toString()}`;
  const log = join(home, 'strace');
  execFileSync('strace', ['-f', '-o', log, '-e', 'trace=execve,clone,clone3,fork,vfork', 'dash', '-c', script], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const started = execFileSync('grep', ['-cE', '(clone3?|v?fork)\\(', log]).toString().trim();
  assert.ok(Number(started) <= 8, `${started} processes`);
});

function bareRepository(path: string, release: string): string {
  const repository = join(path, '.cutover/repo.git');
  const git = (args: readonly string[], input = '') =>
    execFileSync('git', args, { input, cwd: home, stdio: ['pipe', 'pipe', 'ignore'] })
      .toString()
      .trim();
  git(['init', '-q', '--bare', repository]);
  const tree = git(['--git-dir', repository, 'mktree']);
  git(['--git-dir', repository, 'update-ref', `refs/cutover/releases/${release}`, tree]);
  return tree;
}

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _, ...rest } = value;
  return rest;
}

function has(tool: string): boolean {
  return execFileSync('sh', ['-c', `command -v ${tool} || :`]).length > 0;
}

function canMount(): boolean {
  return (
    userInfo().uid === 0 && has('unshare') && execFileSync('sh', ['-c', 'unshare -m true || echo no']).length === 0
  );
}

function canSwitchUser(): boolean {
  return has('setpriv');
}

function asNobody(input: ProbeInput): string {
  const as = userInfo().uid === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  return printed(input, [...as, 'dash']);
}
