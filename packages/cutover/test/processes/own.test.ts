import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { HostFacts } from '../../src/model/facts.ts';
import type { AppProcess } from '../../src/model/process.ts';
import type { Settings } from '../../src/model/settings.ts';
import { activate, arm } from '../../src/plan/steps/activate.ts';
import { readyRecord } from '../../src/plan/steps/create.ts';
import { prune } from '../../src/plan/steps/prune.ts';
import { retireProcesses } from '../../src/plan/steps/retire-processes.ts';
import { startProcess } from '../../src/plan/steps/start-process.ts';
import { probeScript } from '../../src/remote/probe.ts';
import { parseFacts } from '../../src/remote/probe-parse.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { isRunning } from '../kit/processes.ts';
import { until } from '../kit/until.ts';
import { aProcess } from '../kit/wishes.ts';

const before = '20260304100000';

/** Answers with its release; `/slow` takes half a second; ends at once when it is asked to, as an application without a handler does. */
const server = `
const { basename } = require('node:path');
require('node:http').createServer((asked, answer) => {
  console.log(asked.url);
  setTimeout(() => answer.end(basename(process.cwd())), asked.url === '/slow' ? 500 : 0);
}).listen(process.env.PORT);
`;

/** Listens where only a number is understood, and says how often it was told to end. */
const serverOnPort = `
const { basename } = require('node:path');
let told = 0;
process.on('SIGTERM', () => {
  told += 1;
  setTimeout(() => { console.log('was told to end ' + (told === 1 ? 'once' : told + ' times')); process.exit(0); }, 300);
});
require('node:http').createServer((asked, answer) => {
  console.log(asked.url);
  setTimeout(() => answer.end(basename(process.cwd())), asked.url === '/slow' ? 500 : 0);
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

const deafServer =
  'process.on("SIGTERM", () => console.log("told")); require("http").createServer((_, answer) => answer.end(String(process.pid))).listen(process.env.PORT)';

const socket = { kind: 'socket', file: 'app.sock', mode: '666', toPort: false } as const;

/** A unit whose process does not end. */
const deactivating = 'systemctl() { case $1 in is-active) return 3 ;; show) echo deactivating ;; esac; }';

const app = aProcess('app', {
  run: 'exec node server.js',
  listen: socket,
  healthy: { kind: 'http', path: '/', status: 200, withinMs: 30_000 },
});

describe('the own manager of processes', () => {
  for (const shell of shells) {
    it(`starts a process beside the one in service, drains that one and stops it, in ${shell[0]}`, async (t) => {
      const place = running(t);
      const sh = { shell };
      assert.equal(start(place, app, before, sh).status, 0);
      const old = pidOf(place, before);
      const started = start(place, app, placeRelease, sh);
      assert.equal(started.status, 0, started.said);
      assert.equal(await ask(place, placeRelease, '/'), placeRelease);
      assert.equal(await ask(place, before, '/'), before);

      const slow = ask(place, before, '/slow');
      await until('the old process has the request', () => said(place, before).includes('/slow'));
      serve(place, placeRelease);
      const retired = retire(place, app, sh);
      assert.equal(retired.status, 0, retired.said);
      assert.equal(await slow, before);
      assert.equal(isRunning(old), false);
      assert.equal(await ask(place, placeRelease, '/'), placeRelease);

      const again = start(place, app, placeRelease, sh);
      assert.match(again.said, /runs already/);
    });
  }

  it('passes on what comes in over the socket of a program that can only listen on a port, to its last answer', async (t) => {
    const place = running(t);
    const onPort = { ...app, run: 'node port.js', listen: { ...socket, toPort: true } };
    for (const release of [before, placeRelease])
      writeFileSync(join(place.path, 'releases', release, 'port.js'), serverOnPort);
    assert.equal(start(place, onPort, before).status, 0);
    const started = start(place, onPort, placeRelease);
    assert.equal(started.status, 0, started.said);
    assert.equal(await ask(place, placeRelease, '/'), placeRelease);
    const old = pidOf(place, before);
    const slow = ask(place, before, '/slow');
    await until('the old process has the request', () => said(place, before).includes('/slow'));
    serve(place, placeRelease);
    const retired = retire(place, onPort, {});
    assert.equal(retired.status, 0, retired.said);
    assert.equal(await slow, before);
    assert.equal(isRunning(old), false);
    assert.match(said(place, before), /was told to end once/);
    assert.equal(await ask(place, placeRelease, '/'), placeRelease);
  });

  it('lets the program behind a bridge fail as it would alone', (t) => {
    const place = running(t);
    const broken = { ...app, run: 'echo "no database here" >&2; exit 3', listen: { ...socket, toPort: true } };
    const failed = start(place, broken, placeRelease);
    assert.equal(failed.status, 1);
    assert.match(failed.said, /no database here/);
    assert.match(failed.said, /exit code 3/);
    assert.equal(undo(place, broken).status, 0);
  });

  it('fails at once for a process that ends, with what it said, and its undo leaves nothing', (t) => {
    const place = running(t);
    const broken = { ...app, run: 'echo "no database here" >&2; exit 3' };
    const failed = start(place, broken, placeRelease);
    assert.equal(failed.status, 1);
    assert.match(failed.said, /no database here/);
    const supervisor = pidOf(place, placeRelease);
    assert.equal(undo(place, broken).status, 0);
    assert.equal(isRunning(supervisor), false);
    assert.equal(undo(place, broken).status, 0);
  });

  it('never stops what takes requests while its release is in service, and kills what does not end', (t) => {
    const place = running(t);
    const deaf = aProcess('app', { ...app, run: "trap '' TERM; node server.js", stopMs: 500 });
    assert.equal(start(place, deaf, placeRelease).status, 0);
    const pid = pidOf(place, placeRelease);
    serve(place, placeRelease);
    const refused = undo(place, deaf);
    assert.equal(refused.status, 78, refused.said);
    assert.ok(isRunning(pid));
    serve(place, before);
    assert.equal(undo(place, deaf).status, 0);
    assert.equal(isRunning(pid), false);
  });

  it('kills what does not end behind a shell that did, and tells no process twice to end', async (t) => {
    const place = running(t);
    const deaf = aProcess('app', { ...app, run: `node -e '${deafServer}'; true`, stopMs: 500 });
    assert.equal(start(place, deaf, placeRelease).status, 0);
    const pid = Number(await ask(place, placeRelease, '/'));
    assert.notEqual(pid, pidOf(place, placeRelease), 'a shell stands before it');
    assert.equal(undo(place, deaf).status, 0);
    assert.equal(isRunning(pid), false);
    assert.equal(said(place, placeRelease).match(/told/g)?.length, 1);
  });

  it('is put back by a host that goes back by itself: the web server reads the old port, and what is left is stopped', async (t) => {
    const confirmation = { withinMs: 5000, onLost: 'revert', lostAfterMs: 180_000 } as const;
    const byPort = aProcess('app', {
      ...app,
      listen: { kind: 'ports', first: 21_000, last: 29_000, reload: 'readlink current >> reloads' },
    });
    const worker = aProcess('mailer');
    const place = running(t, { confirmation, processes: [byPort, worker] });
    for (const one of [byPort, worker]) assert.equal(start(place, one, placeRelease).status, 0);
    const pids = [pidOf(place, placeRelease), pidOf(place, placeRelease, 'mailer')];
    assert.equal(start(place, byPort, before).status, 0);
    assert.equal(place.run(arm(place.job, place.site, readyRecord(place.job)).script).status, 0);
    const activated = place.run(activate(place.job, place.site, readyRecord(place.job)).script);
    assert.equal(activated.status, 0, activated.said);
    await until('what was left is stopped', () => !pids.some(isRunning));
    const guard = Number(readFileSync(join(place.path, '.cutover/runs/test-1/guard/pid'), 'utf8'));
    await until('its guard leaves', () => !isRunning(guard));
    assert.equal(readFileSync(join(place.path, 'reloads'), 'utf8'), `releases/${before}\n`);
    assert.ok(isRunning(pidOf(place, before)), 'the old one goes on');
  });

  it('starts a process again that was killed, and a worker that has no socket', async (t) => {
    const place = running(t);
    const worker = aProcess('mailer');
    assert.equal(start(place, worker, placeRelease).status, 0);
    const first = pidOf(place, placeRelease, 'mailer');
    process.kill(-first, 'SIGKILL');
    await until('another one runs', () => pidOf(place, placeRelease, 'mailer') !== first);
    assert.ok(isRunning(pidOf(place, placeRelease, 'mailer')));
    assert.equal(undo(place, worker).status, 0);
    assert.equal(existsSync(join(place.path, '.cutover/processes', placeRelease, 'mailer/manager')), false);
  });
});

describe('a release whose process runs on', () => {
  it('is never removed, though its config has no processes any more', (t) => {
    const place = running(t);
    assert.equal(start(place, app, before).status, 0);
    serve(place, placeRelease);
    const wish = { ...place.job.wish, settings: { ...place.job.wish.settings, processes: [] } };
    // Whether a file of it is in use cannot be seen where the process is of another user.
    const unseen = 'ls() { :; }; grep() { case $1 in -hF) return 1 ;; *) command grep "$@" ;; esac; }';
    const remove = () => {
      const { script } = prune(wish, { ...place.site, facts: factsOf(place) }, { releases: [before], removal: 'now' });
      return place.run(script, { first: unseen });
    };
    const kept = remove();
    assert.equal(kept.status, 0, kept.said);
    assert.match(kept.said, new RegExp(`${before} is still used by a process: kept`));
    assert.ok(isRunning(pidOf(place, before)));
    assert.ok(existsSync(join(place.path, 'releases', before)));
    assert.equal(undo(place, app, before).status, 0);
    assert.match(remove().said, new RegExp(`Removed ${before}`));
  });

  for (const [what, manager, tools] of [
    ['PM2 that is not found', 'pm2 shop-production-app@1', 'pm2() { return 127; }; command() { return 1; }'],
    ['a systemd that does not answer', 'systemd shop-production-app@1.service', 'systemctl() { return 1; }'],
    ['a systemd that cannot end it', 'systemd shop-production-app@1.service', deactivating],
  ] as const)
    it(`is never removed where it is kept by ${what}`, (t) => {
      const place = running(t);
      serve(place, placeRelease);
      const known = `.cutover/processes/${before}/app/manager`;
      place.write({ [known]: `${manager}\n` });
      const site = { ...place.site, facts: factsOf(place) };
      const kept = place.run(prune(place.job.wish, site, { releases: [before], removal: 'now' }).script, {
        first: tools,
      });
      rmSync(join(place.path, known));
      assert.match(kept.said, new RegExp(`${before} is still used by a process: kept`));
      assert.ok(existsSync(join(place.path, 'releases', before)));
    });
});

/** Two releases that hold the server; whatever still runs afterwards is stopped. */
function running(t: TestContext, more: Partial<Settings> = {}): Place {
  const ends: (() => unknown)[] = [];
  const place = placeFor({ after: (end) => void ends.push(end) }, hostWith([[before, 'live']]), more);
  for (const release of [before, placeRelease]) {
    mkdirSync(join(place.path, 'releases', release), { recursive: true });
    writeFileSync(join(place.path, 'releases', release, 'server.js'), server);
  }
  serve(place, before);
  t.after(() => {
    for (const name of ['app', 'mailer'])
      for (const release of [before, placeRelease])
        if (existsSync(join(place.path, '.cutover/processes', release, name, 'manager'))) end(place, name, release);
    for (const end of ends) end();
  });
  return place;
}

/** Nobody is connected any more, so nobody is waited for. */
function end(place: Place, name: string, release: string): void {
  rmSync(join(place.path, '.cutover/processes', release, name, 'listen'), { force: true });
  undo(place, { ...app, name, listen: null }, release);
}

type How = Parameters<Place['run']>[1];

function stepOf({ job, site }: Place, process: AppProcess, release: string) {
  return startProcess({ ...job, release }, site, process);
}

function start(place: Place, process: AppProcess, release: string, how?: How) {
  return place.run(stepOf(place, process, release).script, how);
}

function undo(place: Place, process: AppProcess, release = placeRelease) {
  const step = stepOf(place, process, release);
  assert.equal(step.undo.kind, 'step');
  return place.run(step.undo.kind === 'step' ? step.undo.script : '');
}

function retire(place: Place, process: AppProcess, how: How) {
  const { job, site } = place;
  const settings = { ...job.wish.settings, processes: [process] };
  return place.run(retireProcesses({ ...job, wish: { ...job.wish, settings } }, site).script, how);
}

function factsOf({ path, run }: Place): HostFacts {
  const facts = parseFacts(run(String(probeScript({ deployPath: path, layout: 'envoyer', shared: [] }))).said);
  assert.ok(!('problem' in facts));
  return facts;
}

function serve({ path }: Place, release: string): void {
  rmSync(join(path, 'current'), { force: true });
  symlinkSync(`releases/${release}`, join(path, 'current'));
}

/** The process that the supervisor started; it leads a group of its own. */
function pidOf({ path }: Place, release: string, name = 'app'): number {
  return Number.parseInt(readFileSync(join(path, '.cutover/processes', release, name, 'child'), 'utf8'), 10);
}

function said({ path }: Place, release: string): string {
  return readFileSync(join(path, '.cutover/processes', release, 'app/log'), 'utf8');
}

async function ask({ path }: Place, release: string, url: string): Promise<string> {
  const socketPath = join(path, 'releases', release, 'app.sock');
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: url, agent: false }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.on('end', () => resolve(body));
    });
    asked.on('error', reject).end();
  });
}
