import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Nginx, startNginx } from '../kit/nginx.ts';
import { isRunning } from '../kit/processes.ts';
import { ended, type Shop, shop, succeeded } from '../kit/shop.ts';
import { sendVisitors, type Visit, visit } from '../kit/visitors.ts';

/** An application that does nothing for its end: no handler of signals, requests of 20 ms. */
const server = (word: string): string => `
const { basename } = require('node:path');
require('node:http').createServer((asked, answer) => {
  setTimeout(() => answer.end('${word} of ' + basename(process.cwd())), 20);
}).listen(process.env.PORT);
`;

describe('a Node application behind a real nginx', () => {
  it('is ended by the deployment of a config that has no process any more', async (t) => {
    const { site } = await running(t);
    site.change({ 'server.js': server('first'), 'mailer.js': 'setInterval(() => {}, 1000);\n' });
    succeeded(await site.cutover('deploy'));
    assert.equal(processes(site).length, 2);
    site.configure({});
    succeeded(await site.cutover('deploy'));
    assert.deepEqual(processes(site), []);
  });

  it('goes from release to release and back under load, and a release that never becomes healthy gets no request', async (t) => {
    const { site, nginx } = await running(t);
    site.change({ 'server.js': server('first'), 'mailer.js': 'setInterval(() => {}, 1000);\n' });
    succeeded(await site.cutover('deploy'));
    const first = site.serves('web1') ?? '';
    assert.equal((await visit(nginx)).said, `first of ${first}`);

    const visitors = sendVisitors(nginx.port);
    t.after(() => visitors.leave());
    site.change({ 'server.js': server('second') });
    succeeded(await site.cutover('deploy'));
    const secondAt = Date.now();
    const second = site.serves('web1') ?? '';
    assert.deepEqual(processes(site), [`${second} app`, `${second} mailer`]);

    site.change({ 'server.js': 'console.error("no database here"); setInterval(() => {}, 1000);\n' });
    site.configure(config('3s'));
    const undone = await site.cutover('deploy');
    ended(undone, 1);
    assert.match(undone.out + undone.err, /did not become healthy in time/);
    assert.match(undone.out + undone.err, /no database here/);
    assert.deepEqual(processes(site), [`${second} app`, `${second} mailer`]);

    const rollbackAt = Date.now();
    succeeded(await site.cutover('rollback'));
    const firstAgainAt = Date.now();
    assert.equal(site.serves('web1'), first);
    assert.deepEqual(processes(site), [`${first} app`, `${first} mailer`]);
    await visit(nginx);
    const visits = await visitors.leave();

    assert.deepEqual(
      visits.filter(({ status }) => status !== 200),
      [],
    );
    assert.ok(visits.length > 50, `only ${visits.length} visits`);
    const words = [`first of ${first}`, `second of ${second}`];
    assert.deepEqual(
      visits.filter(({ said }) => !words.includes(said)),
      [],
    );
    assert.deepEqual(
      later(visits, secondAt, rollbackAt).filter(({ said }) => said !== words[1]),
      [],
    );
    assert.deepEqual(
      later(visits, firstAgainAt, Number.POSITIVE_INFINITY).filter(({ said }) => said !== words[0]),
      [],
    );
  });
});

/** Visits that began after one moment and ended before another. */
function later(visits: readonly Visit[], after: number, before: number): readonly Visit[] {
  return visits.filter(({ beganAt, endedAt }) => beganAt > after && endedAt < before);
}

async function running(t: TestContext): Promise<{ site: Shop; nginx: Nginx }> {
  const ends: (() => unknown)[] = [];
  const site = await shop({ after: (end) => void ends.push(end) });
  const proxy = `location / { proxy_pass http://unix:${site.path('web1')}/current/app.sock; proxy_set_header Connection close; }`;
  const nginx = await startNginx(site.directory, { server: proxy });
  t.after(async () => {
    await nginx.stop();
    for (const pid of pids(site)) if (isRunning(pid)) process.kill(-pid, 'SIGKILL');
    for (const end of ends) await end();
  });
  site.configure(config('60s'));
  return { site, nginx };
}

function config(within: string): Readonly<Record<string, unknown>> {
  return {
    app: { process: { run: 'node server.js', drain: '20s', within } },
    workers: [{ name: 'mailer', run: 'node mailer.js', drain: '5s' }],
  };
}

const place = '.cutover/processes';

/** What runs, as its release and name. */
function processes(site: Shop): readonly string[] {
  const directory = join(site.path('web1'), place);
  return readdirSync(directory)
    .sort()
    .flatMap((release) => readdirSync(join(directory, release)).map((name) => ({ release, name })))
    .filter(({ release, name }) => {
      const file = join(directory, release, name, 'child');
      return existsSync(file) && isRunning(Number.parseInt(readFileSync(file, 'utf8'), 10));
    })
    .map(({ release, name }) => `${release} ${name}`);
}

/** Everything that was started and may be left. */
function pids(site: Shop): readonly number[] {
  const directory = join(site.path('web1'), place);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\/(?:pid|child)$/.test(file))
    .map((file) => Number.parseInt(readFileSync(join(directory, file), 'utf8'), 10));
}
