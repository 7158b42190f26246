import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pruneRecords } from '../../src/cli/keep-records.ts';
import { decodeEvents } from '../../src/events/ndjson.ts';
import type { HistoryRow } from '../../src/report/tables.ts';
import { workspace } from '../source/kit.ts';
import { documentOf, ended, type Project, project } from './kit.ts';

/** A deployment that another machine ran, as its host remembers it. */
const foreign = {
  deployment: '20260301120000-bob1',
  kind: 'rollback',
  by: 'bob@ci',
  since: '2026-03-01T12:00:00Z',
  what: '20260228120000',
  release: '20260228120000',
  outcome: 'succeeded',
  ended: '2026-03-01T12:00:09Z',
};

function remember(on: Project, host: string, ...lines: readonly string[]): void {
  mkdirSync(join(on.path(host), '.cutover'), { recursive: true });
  appendFileSync(join(on.path(host), '.cutover/history.ndjson'), lines.map((line) => `${line}\n`).join(''));
}

async function rows(on: Project, ...args: readonly string[]): Promise<readonly HistoryRow[]> {
  const call = ended(await on.cutover('history', '--json', ...args), 0);
  return documentOf<{ deployments: readonly HistoryRow[] }>(call).deployments;
}

function recordsIn(on: Project): string {
  return join(on.directory, '.local/state/cutover/shop/production');
}

describe('cutover history', () => {
  it('says when there was nothing yet', async (t) => {
    assert.equal(ended(await project(t).cutover('history'), 0).out, 'No deployments yet.\n');
  });

  it('puts what was run here and what the host remembers of others together, the newest first', async (t) => {
    const on = project(t);
    remember(on, 'one', JSON.stringify(foreign), 'no line of ours', '{"deployment":1}');
    ended(await on.cutover('deploy'), 0);
    const found = await rows(on);
    assert.deepEqual(
      found.map(({ kind, by, outcome }) => [kind, by, outcome]),
      [
        ['deploy', 'ann@laptop', 'succeeded'],
        ['rollback', 'bob@ci', 'succeeded'],
      ],
    );
    assert.deepEqual([found[0]?.message, found[1]?.tookMs], ['First', 9000]);
    assert.deepEqual((await rows(on, '--limit', '1')).length, 1);
    assert.deepEqual(
      (await rows(on, '--local')).map(({ by }) => by),
      ['ann@laptop'],
    );
  });

  it('tells of a deployment of another machine what it brought, and how long it took by the clock of the host', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    const anHourBehind = { nowMs: () => Date.now() - 3_600_000 };
    ended(await on.cutoverIn(anHourBehind, 'deploy'), 0);
    const [own] = await rows(on);
    const elsewhere = { env: { ...on.outside.env, HOME: on.app } };
    const { out } = ended(await on.cutoverIn(elsewhere, 'history', '--json'), 0);
    const [told] = JSON.parse(out).deployments;
    assert.ok(told.tookMs < 600_000, out);
    assert.deepEqual({ ...told, at: own?.at, tookMs: own?.tookMs }, own);
    remember(on, 'one', JSON.stringify({ ...foreign, ended: foreign.since }));
    assert.match(ended(await on.cutover('history'), 0).out, / < 1 s +bob@ci/);
  });

  it('takes the end from the host when the driver here died before it could be recorded', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('exec', '--', 'true'), 0);
    const [file = ''] = readdirSync(recordsIn(on));
    const record = readFileSync(join(recordsIn(on), file), 'utf8')
      .trimEnd()
      .split('\n');
    writeFileSync(join(recordsIn(on), file), `${record.slice(0, -1).join('\n')}\n`);
    remember(on, 'one', JSON.stringify({ ...foreign, deployment: file.replace('.ndjson', '') }));
    const outcomes = async (...args: readonly string[]) => (await rows(on, ...args)).map(({ outcome }) => outcome);
    assert.deepEqual([await outcomes('--local'), await outcomes()], [[null], ['succeeded']]);
  });

  it('counts a deployment that was resumed once, with the end that its last resumption told; its output is told in order', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('exec', '--', 'echo', 'from the host'), 0);
    const [file = ''] = readdirSync(recordsIn(on));
    const id = file.replace('.ndjson', '');
    const whole = readFileSync(join(recordsIn(on), file), 'utf8')
      .trimEnd()
      .split('\n');
    const put = (name: string, lines: readonly (string | undefined)[]): void =>
      writeFileSync(join(recordsIn(on), `${id}${name}`), lines.map((line) => `${line}\n`).join(''));
    put('.ndjson', whole.slice(0, -1));
    put('.again-1.ndjson', whole.slice(0, 1));
    for (let again = 2; again <= 9; again += 1) put(`.again-${again}.ndjson`, []);
    put('.again-10.ndjson', [whole[0], whole.at(-1)]);
    assert.deepEqual(
      (await rows(on, '--local')).map(({ deployment, outcome }) => [deployment, outcome]),
      [[id, 'succeeded']],
    );
    const { out } = ended(await on.cutover('logs', '--json'), 0);
    assert.deepEqual(out.trimEnd().split('\n'), [...whole.slice(0, -1), whole[0], whole[0], whole.at(-1)]);
    assert.match(ended(await on.cutover('logs'), 0).out, /from the host/);
    assert.ok(!ended(await on.cutover('logs', '20260101000000-none'), 3).err.includes('again'));
    assert.match(ended(await on.cutover('resume', id), 3).err, /There is nothing to resume|no plan/i);
  });

  it('tells what it knows when no host answers', async (t) => {
    const on = project(t, { hosts: { gone: { local: false, address: '127.0.0.1', port: 1 } } });
    const call = ended(await on.cutover('history'), 0);
    assert.match(call.err, /^No host answers: this is only what was run from this machine/);
  });

  it('names a record that cannot be understood or that a newer version wrote, and tells the others', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('exec', '--', 'true'), 0);
    writeFileSync(join(recordsIn(on), '20200101000000-aaaa.ndjson'), 'no event\n');
    writeFileSync(
      join(recordsIn(on), '20200101000001-bbbb.ndjson'),
      '{"format":9,"seq":1,"at":"2026-01-01T00:00:00Z","type":"new"}\n',
    );
    const call = ended(await on.cutover('history', '--local'), 0);
    assert.equal(
      call.err.match(/The record of 20200101\d{6}-(aaaa|bbbb) on this machine cannot be understood/g)?.length,
      2,
    );
    assert.match(call.out, /ann@laptop/);
    assert.match(ended(await on.cutover('logs', '20200101000001-bbbb'), 0).err, /newer version of Cutover/);
  });

  it('wants a number', async (t) => {
    assert.match(ended(await project(t).cutover('history', '--limit', 'all'), 2).err, /"all" is no number/);
  });
});

describe('what this machine keeps of deployments', () => {
  it('goes with the oldest of them: events, resumptions and plan together, and nothing of another name', (t) => {
    const directory = workspace(t);
    const names = ['notes.txt'];
    for (let day = 1; day <= 4; day += 1)
      for (const rest of ['ndjson', 'again-1.ndjson', 'plan.json', 'plan.json.aside'])
        names.push(`2026010${day}000000-k3xq.${rest}`);
    for (const name of names) writeFileSync(join(directory, name), '');
    pruneRecords(directory, 2);
    assert.deepEqual(readdirSync(directory).sort(), names.filter((name) => !/0[12]000000-/.test(name)).sort());
  });
});

describe('cutover logs', () => {
  it('shows the output of the last deployment again, and its events as they were recorded', async (t) => {
    const on = project(t, { config: { hooks: { build: ['echo from the build'] } } });
    ended(await on.cutover('deploy'), 0);
    const call = ended(await on.cutover('logs'), 0);
    assert.match(call.out, /\[one\] {3}from the build\n/);
    assert.match(call.out, /✓ Deployed shop to production/);
    const [release = ''] = /\d{14}/.exec(ended(await on.cutover('status'), 0).out) ?? [];
    assert.equal(ended(await on.cutover('logs', release), 0).out, call.out);
    const { events, unread } = decodeEvents(ended(await on.cutover('logs', '--json'), 0).out);
    assert.deepEqual([events[0]?.type, events.at(-1)?.type, unread], ['deployment.started', 'deployment.ended', []]);
  });

  it('shows what there is of a deployment whose driver died', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    ended(await on.cutover('deploy'), 0);
    const [file = ''] = readdirSync(recordsIn(on));
    const path = join(recordsIn(on), file);
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -40));
    const call = ended(await on.cutover('logs', file.replace('.ndjson', '')), 0);
    assert.match(call.out, /has no end/);
    assert.match(call.err, /^Line \d+ of the record has no end/);
  });

  it('says who ran a deployment of which only the host knows', async (t) => {
    const on = project(t);
    remember(on, 'one', JSON.stringify(foreign));
    for (const name of [foreign.deployment, foreign.deployment.slice(0, 14)])
      assert.match(
        ended(await on.cutover('logs', name), 3).err,
        /^20260301120000-bob1 was run by bob@ci at 2026-03-01 12:00 UTC .*"cutover logs 20260301120000-bob1" there/,
      );
  });

  it('names the last ones when nobody knows the deployment', async (t) => {
    const on = project(t, { hosts: { one: {} } });
    assert.match(ended(await on.cutover('logs'), 3).err, /Nothing was deployed to production from this machine/);
    ended(await on.cutover('deploy'), 0);
    const id = readdirSync(recordsIn(on))[0]?.replace('.ndjson', '') ?? '-';
    for (const wrong of ['20260101000000-none', '../production/x']) {
      const call = ended(await on.cutover('logs', wrong), 3);
      assert.match(
        call.err,
        /^There is no deployment .* here or on the hosts\. The last ones that were run from here: /,
      );
      assert.ok(call.err.includes(id));
    }
  });
});
