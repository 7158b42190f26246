import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../kit/call.ts';
import { whyNoMachine } from '../kit/machine/machine.ts';
import { type Site, siteOnMachine } from '../kit/machine/site.ts';
import { freePort } from '../kit/nginx.ts';
import { type Called, ended, succeeded } from '../kit/shop.ts';
import { until } from '../kit/until.ts';
import { sendVisitors, visit } from '../kit/visitors.ts';

/** An application that does nothing for its end: no handler of signals, requests of 20 ms. */
const server = (word: string): string => `
const { basename } = require('node:path');
if (require('node:fs').existsSync('storage/no-database')) process.exit(1);
require('node:http').createServer((asked, answer) => {
  setTimeout(() => answer.end('${word} of ' + basename(process.cwd())), 20);
}).listen(process.env.PORT);
`;

/** A worker that ends what it is at before it goes. */
const mailer = `
const { writeFileSync } = require('node:fs');
process.on('SIGTERM', () => setTimeout(() => {
  writeFileSync('storage/mailed-by-' + process.env.CUTOVER_TIME, process.env.GREETING);
  process.exit();
}, 500));
setInterval(() => {}, 1000);
`;

const greeting = 'a "b" $c \\ %i\nand `d`';

/** The shell stays the first process of the worker: what it has to do after it is never reached. */
const config = {
  app: { process: { run: 'node server.js', drain: '20s', within: '60s' } },
  workers: [{ name: 'mailer', run: 'node mailer.js; sleep 1', drain: '20s', env: { GREETING: greeting } }],
};

/** The same on a port for each release, which nginx reads when it is reloaded. */
const reloadedBy = (reload: string) => ({
  app: { process: { ...config.app.process, listen: { ports: '13001-13999', reload } } },
});
const byPort = reloadedBy('sudo -n systemctl reload nginx');

const bridged = {
  app: { process: { ...config.app.process, listen: { socket: 'app.sock', toPort: true } } },
};

const skip = whyNoMachine();

describe('a Node application that a real systemd runs', { skip }, () => {
  it('does so on a machine that can change nothing of this one', async (t) => {
    const { machine } = await siteOnMachine(t, 'systemd');
    assert.match(machine.run('touch', '/usr/here'), /Read-only file system/);
    assert.match(machine.run('sh', '-c', 'echo 4 > /proc/sys/kernel/printk'), /Read-only file system/);
    assert.equal(machine.run('ls', '/tmp'), '');
    const services = machine.run('systemctl', 'list-units', '--all', '--plain', '--no-legend', '--type=service');
    assert.deepEqual(
      services.split('\n').flatMap((line) => /^\S+/.exec(line)?.[0] ?? []),
      ['dbus.service', 'nginx.service', 'sshd.service', 'systemd-journald.service', 'user@2000.service'],
    );
  });

  it('is refused with the words that help, until its units and the line of sudoers are there', async (t) => {
    const site = await siteOnMachine(t, 'systemd');
    site.configure(config);
    site.change({ 'server.js': server('first'), 'mailer.js': mailer });
    assert.match(
      undone(await site.cutover('deploy')),
      /shop-production-app@\.service is not there: "cutover units" shows it/,
    );
    assert.match(
      await problemOf(site),
      /The units shop-production-app@\.service, shop-production-mailer@\.service are not there/,
    );

    await site.putUnits();
    const refused = undone(await site.cutover('deploy'));
    assert.match(
      refused,
      /sudo does not let deploy run systemctl start shop-production-app@\d+\.service without a password/,
    );
    assert.match(refused, /"cutover units" shows the line of sudoers\./);
    assert.match(
      await problemOf(site),
      /sudo does not let deploy start shop-production-app@\.service without a password/,
    );
    assert.deepEqual([site.running(), site.enabled()], [[], []]);

    await site.putSudoers();
    assert.match(
      (await site.cutover('check')).out,
      /shop-production-app@\.service, shop-production-mailer@\.service are there\./,
    );
    succeeded(await site.cutover('deploy'));
    assert.match(await asked(site), /^first of /);
  });

  it('goes from release to release and back under load, and starts with the machine again', async (t) => {
    const site = await prepared(t, 'systemd');
    const first = await deployed(site, 'first');

    const visitors = sendVisitors(site.machine.port);
    t.after(() => visitors.leave());
    const second = await deployed(site, 'second');
    assert.equal(site.read('web1', `storage/mailed-by-${first}`), greeting);

    site.change({ 'server.js': 'console.error("no database here"); process.exit(3);\n' });
    const broken = undone(await site.cutover('deploy'));
    assert.match(broken, /The process (?:does not run|ended instead of becoming healthy)\./);
    assert.match(broken, /status=3/);
    assert.match(broken, /The journal has all that it said: shop-production-app@\d{14}\.service\./);
    only(site, second);

    succeeded(await site.cutover('rollback'));
    only(site, first);
    assert.equal(await asked(site), `first of ${first}`);
    const visits = await visitors.leave();
    assert.deepEqual(
      visits.filter(({ said }) => said !== `first of ${first}` && said !== `second of ${second}`),
      [],
    );
    assert.ok(visits.length > 50, `only ${visits.length} visits`);

    await site.machine.restart();
    await untilAnswered(site, `first of ${first}`);
    only(site, first);
    const unit = `shop-production-app@${first}.service`;
    const flag = join(site.path('web1'), 'storage/no-database');
    writeFileSync(flag, '');
    assert.equal(site.machine.run('systemctl', 'kill', '--signal=KILL', unit), '');
    const restarts = () => Number(site.machine.run('systemctl', 'show', '-P', 'NRestarts', unit));
    await until('it was started again more often than systemd likes', () => restarts() > 6);
    rmSync(flag);
    await untilAnswered(site, `first of ${first}`);

    site.machine.run('systemctl', 'stop', unit);
    assert.match((await site.cutover('status')).out, /app of \d{14} does not run any more/);
    site.machine.run('systemctl', 'stop', 'dbus.socket', 'dbus.service');
    assert.doesNotMatch((await site.cutover('status')).out, /does not run/, 'Nobody can be asked.');
    site.machine.run('systemctl', 'start', 'dbus.socket');
    assert.match(await problemOf(site), /App of \d{14} does not run any more.*\n.*"systemctl status" of its unit/);
  });

  it('goes back with a host whose driver is gone, and starts with the machine whatever is in service', async (t) => {
    const site = await prepared(t, 'systemd');
    const first = await deployed(site, 'first');
    const lost = await activated(site, { confirmWithin: '5s', lostAfter: '10s' });
    lost.kill('SIGKILL');
    await lost.ended;
    await until('the host goes back', () => site.serves('web1') === first);
    await untilOnly(site, first);
    assert.equal(await asked(site), `first of ${first}`);

    succeeded(await site.cutover('unlock', '--yes'));
    const cut = await activated(site, { confirmWithin: '5m', lostAfter: '10s' });
    const second = site.serves('web1') ?? '';
    cut.kill('SIGKILL');
    await cut.ended;
    await site.machine.restart();
    await untilAnswered(site, `second of ${second}`);
  });

  it('listens on a port of each release, which nginx reads at each activation, and when a host goes back', async (t) => {
    const site = await prepared(t, 'systemd', byPort, 'ports');
    const refused = undone(await site.cutover('deploy'));
    assert.match(refused, /sudo does not let deploy run systemctl reload nginx without a password/);
    assert.match(refused, /deploy ALL=\(root\) NOPASSWD: \/usr\/bin\/systemctl reload nginx\n/);
    assert.deepEqual([site.running(), site.enabled()], [[], []]);
    site.machine.write({
      '/etc/sudoers.d/nginx': 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl reload nginx\n',
    });
    const first = await deployed(site, 'first');
    await deployed(site, 'second');

    site.change({ 'server.js': 'process.exit(3);\n' });
    undone(await site.cutover('deploy'));
    succeeded(await site.cutover('rollback'));
    only(site, first);
    assert.equal(await asked(site), `first of ${first}`);

    await site.machine.restart();
    await untilAnswered(site, `first of ${first}`);
    const lost = await activated(site, { ...byPort, confirmWithin: '5s', lostAfter: '10s' });
    const second = site.serves('web1') ?? '';
    await untilAnswered(site, `second of ${second}`);
    lost.kill('SIGKILL');
    await lost.ended;
    await untilAnswered(site, `first of ${first}`);
    await untilOnly(site, first);
  });

  it('is put back where the web server cannot be reloaded and sudo was not asked, for the web server never read another port', async (t) => {
    const refusedReload = reloadedBy('systemctl reload nginx');
    const site = await prepared(t, 'systemd', refusedReload, 'ports');
    for (const served of [null, 'first']) {
      if (served !== null) {
        site.machine.write({
          '/etc/sudoers.d/nginx': 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl reload nginx\n',
        });
        site.configure({ ...config, ...byPort });
        await deployed(site, served);
      }
      const release = site.serves('web1');
      site.configure({ ...config, ...refusedReload });
      site.change({ 'server.js': server('refused'), round: `${served}` });
      const refused = undone(await site.cutover('deploy'));
      assert.match(refused, /web1 could not let the web server read the port of app: .*\n.*Access denied/);
      assert.match(refused, /reads no other port until this succeeds as deploy: systemctl reload nginx/);
      assert.equal(site.serves('web1'), release);
      if (release === null) assert.deepEqual([site.running(), site.enabled()], [[], []]);
      else {
        only(site, release);
        assert.equal(await asked(site), `${served} of ${release}`);
      }
    }
  });

  it('is reached over its socket although it listens on a port, after the machine was restarted too', async (t) => {
    const site = await prepared(t, 'systemd', bridged);
    await deployed(site, 'first');
    const second = await deployed(site, 'second');
    await site.machine.restart();
    await untilAnswered(site, `second of ${second}`);
  });

  it('is not pruned while its unit runs, and is stopped by the next deployment that may', async (t) => {
    const site = await prepared(t, 'systemd', { keep: 1 });
    const first = await deployed(site, 'first');
    await site.putSudoers((command) => !command.includes(' stop '));
    assert.match(
      await problemOf(site),
      /sudo does not let deploy stop shop-production-app@\.service without a password/,
    );
    for (const word of ['second', 'third']) {
      site.change({ 'server.js': server(word) });
      const warned = await site.cutover('deploy');
      succeeded(warned);
      assert.match(warned.out, /sudo does not let deploy run systemctl stop shop-production-app@\d+\.service/);
    }
    assert.ok(site.releases('web1').includes(first));
    await site.putSudoers();
    await deployed(site, 'fourth');
    await deployed(site, 'fifth');
    assert.ok(!site.releases('web1').includes(first));
  });

  it('goes on under another name of its project: what runs by the old one is ended by the next deployment, if sudo lets it', async (t) => {
    const site = await prepared(t, 'systemd');
    const first = await deployed(site, 'first');
    const unit = `shop-production-app@${first}.service`;
    site.machine.run('cp', '/etc/sudoers.d/cutover', '/etc/sudoers.d/before');
    site.configure({ ...config, project: 'blog' });
    await site.putUnits();
    const adopted = await site.cutover('adopt', '--yes');
    succeeded(adopted);
    assert.match(adopted.err, new RegExp(`^web1: ${unit}, .* until the next deployment ends`));
    const ready = (await site.cutover('check')).out.replaceAll(/\n +/g, ' ');
    assert.match(ready, /blog-production-app@\.service without a password/);
    await site.putSudoers();
    assert.match((await site.cutover('check')).out, new RegExp(`${unit}.* started by an earlier name`));

    site.machine.run('mv', '/etc/sudoers.d/before', '/etc/sudoers.d/away.off');
    assert.match(await problemOf(site), new RegExp(`does not let deploy stop ${unit} .*started by an earlier name`));
    site.change({ 'server.js': server('second') });
    const warned = await site.cutover('deploy');
    succeeded(warned);
    assert.match(warned.out, new RegExp(`As root, "systemctl disable --now ${unit}" ends it\\.`));
    assert.ok(site.running().includes(unit));

    site.machine.run('mv', '/etc/sudoers.d/away.off', '/etc/sudoers.d/before');
    site.change({ 'server.js': server('third') });
    succeeded(await site.cutover('deploy'));
    assert.deepEqual([site.running(), site.enabled()], [[], []]);
    assert.equal(await asked(site), `third of ${site.serves('web1')}`);
  });

  it('runs as units of the user, who must linger, and starts with the machine', async (t) => {
    const site = await prepared(t, 'systemd-user');
    const refused = undone(await site.cutover('deploy'));
    assert.match(
      refused,
      /systemd ends what deploy runs with their last login: "loginctl enable-linger deploy" as root/,
    );
    assert.match(await problemOf(site), /systemd ends what deploy runs with their last login/);
    site.machine.write({ '/var/lib/systemd/linger/deploy': '' });
    await deployed(site, 'first');
    const second = await deployed(site, 'second');
    await site.machine.restart();
    await untilAnswered(site, `second of ${second}`);
    only(site, second);
  });
});

/** A deployment of the second version that is in service, and whose check never passes. */
async function activated(site: Site, more: Readonly<Record<string, unknown>>): Promise<Call> {
  const before = site.serves('web1');
  site.change({ 'server.js': server('second'), round: `${before}` });
  site.configure({ ...config, ...more, checks: [{ http: `http://127.0.0.1:${await freePort()}/`, within: '5m' }] });
  const call = site.start('deploy');
  await until('the new release is in service', () => site.serves('web1') !== before, call);
  return call;
}

/** A site whose machine has all that it needs. */
async function prepared(
  t: TestContext,
  manager: 'systemd' | 'systemd-user',
  more = {},
  listens: 'socket' | 'ports' = 'socket',
): Promise<Site> {
  const site = await siteOnMachine(t, manager, listens);
  site.configure({ ...config, ...more });
  site.change({ 'server.js': server('first'), 'mailer.js': mailer });
  await site.putUnits();
  if (manager === 'systemd') await site.putSudoers();
  return site;
}

/** Deploys a version of the server, and answers its release, which alone runs and starts with the machine. */
async function deployed(site: Site, word: string): Promise<string> {
  site.change({ 'server.js': server(word) });
  succeeded(await site.cutover('deploy'));
  const release = site.serves('web1') ?? '';
  only(site, release);
  assert.equal(await asked(site), `${word} of ${release}`);
  return release;
}

/** What ends has its time for that. */
async function untilOnly(site: Site, release: string): Promise<void> {
  const isOf = (unit: string): boolean => unit.includes(release);
  await until(`only ${release} runs`, () => [...site.running(), ...site.enabled()].every(isOf));
  only(site, release);
}

function only(site: Site, release: string): void {
  const units = [`shop-production-app@${release}.service`, `shop-production-mailer@${release}.service`];
  assert.deepEqual([site.running(), site.enabled()], [units, units]);
}

async function asked({ machine: { port } }: Site): Promise<string> {
  return (await visit({ port })).said;
}

async function untilAnswered(site: Site, said: string): Promise<void> {
  for (let tries = 0; tries < 600 && (await asked(site)) !== said; tries++) await sleep(100);
  assert.equal(await asked(site), said);
}

function undone(called: Called): string {
  ended(called, 1);
  assert.match(called.out, /was undone/);
  return called.out;
}

async function problemOf(site: Site): Promise<string> {
  const checked = await site.cutover('check');
  ended(checked, 3);
  return checked.out;
}
