import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { after, before } from 'node:test';
import type { Holder } from '../../src/model/deployment.ts';
import type { ReleaseRecord } from '../../src/model/release.ts';
import { commit, type Lifetime, repository, workspace, write } from '../source/kit.ts';
import { type Call, type Called, type CallWorld, call, startCall } from './call.ts';
import { type ConfigEntry, type Sshd, type SshdOptions, startSshd, writeSshConfig } from './sshd.ts';

export type { Called } from './call.ts';

/** A project in a real repository, its hosts behind real sshds on loopback, and the command line to deploy it. */
export interface Shop {
  readonly directory: string;
  readonly repository: string;
  readonly sshConfig: string;
  /** The deploy path of a host. */
  path(host: string): string;
  cutover(...args: readonly string[]): Promise<Called>;
  /** Where it is called from. */
  readonly world: CallWorld;
  /** The same, to be watched and ended while it runs. */
  start(...args: readonly string[]): Call;
  sshd(host: string): Sshd;
  /** Commits these files and answers the commit's id. */
  change(files: Readonly<Record<string, string>>, message?: string): string;
  /** Writes the config; `more` is merged over the usual one. */
  configure(more: Readonly<Record<string, unknown>>): void;
  /** The release that a host serves; null where nothing is in service. */
  serves(host: string): string | null;
  read(host: string, file: string): string;
  releases(host: string): readonly string[];
  /** The releases that have a record. */
  records(host: string): readonly string[];
  record(host: string, release: string): ReleaseRecord;
  isLocked(host: string): boolean;
  /** Who holds the lock. */
  holder(host: string): Holder;
}

export interface ShopOptions {
  readonly hosts?: readonly string[];
  readonly sshd?: SshdOptions | ((host: string) => SshdOptions);
  /** Where the sshd of a host comes from that is not started here. */
  readonly reach?: (host: string) => Promise<Sshd>;
  /** More of a host in the ssh config. */
  readonly entry?: (host: string) => Partial<ConfigEntry>;
  /** More of a host in the project's config. */
  readonly host?: (host: string) => Readonly<Record<string, unknown>>;
  /** The directory that holds the deploy paths, in the shop's own unless it is absolute. */
  readonly name?: string;
}

/** Makes the project and starts the servers; the test stops and removes everything. */
export async function shop(t: Lifetime, options: ShopOptions = {}): Promise<Shop> {
  const { hosts = ['web1'], name = 'hosts' } = options;
  const directory = workspace(t);
  const source = repository(join(directory, 'app'), {
    'index.html': 'first\n',
    'public/build/app.1.js': '1\n',
    'deploy.sh': 'true\n',
  });
  const { reach = (host) => startSshd(sshdOptions(options, host)) } = options;
  const sshds = await Promise.all(hosts.map(reach));
  t.after(() => Promise.all(sshds.map((sshd) => sshd.stop())));
  const entries = hosts.map((alias, i): ConfigEntry => ({ alias, sshd: sshds[i] as Sshd, ...options.entry?.(alias) }));
  const path = (host: string): string => resolve(directory, name, host);
  const parts = { directory, source, path, hosts, entries, host: options.host ?? (() => ({})) };
  const made = shopIn(parts, writeSshConfig(directory, entries));
  mkdirSync(resolve(directory, name), { recursive: true });
  made.configure({});
  return made;
}

/** One shop for all cases of a suite; it can be had inside them. */
export function shopForAll(options: ShopOptions = {}): () => Shop {
  let made: Shop | null = null;
  const ends: (() => unknown)[] = [];
  before(async () => {
    made = await shop({ after: (end) => void ends.push(end) }, options);
  });
  after(async () => {
    for (const end of ends) await end();
  });
  return () => {
    if (made === null) throw new TypeError('The shop is opened before the first case.');
    return made;
  };
}

function sshdOptions({ sshd = {} }: ShopOptions, host: string): SshdOptions {
  return typeof sshd === 'function' ? sshd(host) : sshd;
}

interface Parts {
  readonly directory: string;
  readonly source: string;
  readonly path: (host: string) => string;
  readonly hosts: readonly string[];
  readonly entries: readonly ConfigEntry[];
  readonly host: (host: string) => Readonly<Record<string, unknown>>;
}

function shopIn(parts: Parts, sshConfig: string): Shop {
  const { directory, source, path } = parts;
  const env = {
    ...process.env,
    HOME: directory,
    XDG_STATE_HOME: join(directory, 'state'),
    CUTOVER_SSH_CONFIG: sshConfig,
    NO_COLOR: '1',
  };
  const world = { cwd: source, env };
  return {
    directory,
    repository: source,
    sshConfig,
    world,
    path,
    start: (...args) => startCall(args, world),
    cutover: (...args) => call(args, world),
    sshd: (host) => (parts.entries.find(({ alias }) => alias === host) as ConfigEntry).sshd,
    change(files, message = 'Change') {
      write(source, files);
      return commit(source, message);
    },
    configure: (more) =>
      writeFileSync(join(source, 'cutover.config.json'), JSON.stringify({ ...usual(parts), ...more })),
    ...looks(path),
  };
}

type Looks = Pick<Shop, 'serves' | 'read' | 'releases' | 'records' | 'record' | 'isLocked' | 'holder'>;

function looks(path: (host: string) => string): Looks {
  return {
    serves(host) {
      const link = join(path(host), 'current');
      return existsSync(link) ? basename(readlinkSync(link)) : null;
    },
    read: (host, file) => readFileSync(join(realpathSync(join(path(host), 'current')), file), 'utf8'),
    releases: (host) =>
      readdirSync(join(path(host), 'releases'))
        .filter((entry) => !entry.startsWith('.'))
        .sort(),
    records: (host) =>
      readdirSync(join(path(host), '.cutover/releases')).flatMap((file) =>
        file.endsWith('.json') ? [basename(file, '.json')] : [],
      ),
    record: (host, release) =>
      JSON.parse(readFileSync(join(path(host), '.cutover/releases', `${release}.json`), 'utf8')) as ReleaseRecord,
    isLocked: (host) => existsSync(join(path(host), '.cutover/lock')),
    holder: (host) => JSON.parse(readFileSync(join(path(host), '.cutover/lock/holder'), 'utf8')) as Holder,
  };
}

function usual({ hosts, path, host }: Parts): Readonly<Record<string, unknown>> {
  return {
    project: 'shop',
    source: { type: 'git', ref: 'main' },
    shared: { directories: ['storage'] },
    assets: ['public/build'],
    stages: {
      production: {
        hosts: Object.fromEntries(hosts.map((name) => [name, { address: name, path: path(name), ...host(name) }])),
      },
    },
  };
}

/** Fails with all that was said when a call did not succeed. */
export function succeeded(called: Called): void {
  ended(called, 0);
}

/** Fails with all that was said when a call ended with another exit code. */
export function ended(called: Called, code: number): void {
  assert.equal(called.code, code, called.out + called.err);
}
