import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Channel } from '../../src/remote/channel.ts';
import { runFrame } from '../../src/remote/frame.ts';
import type { Handover } from '../../src/remote/left.ts';
import { lessonPath } from '../../src/remote/lesson.ts';
import type { OpenOptions } from '../../src/remote/open-channel.ts';
import { isOpenFailure, type Segment } from '../../src/remote/session.ts';
import { openSsh } from '../../src/remote/ssh.ts';
import { hostOf } from '../kit/hosts.ts';
import { allGone } from '../kit/processes.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';
import { makeBareShell, pathOf, type Tools } from '../kit/shells.ts';
import { startSshd, writeSshConfig } from '../kit/sshd.ts';
import { until } from '../kit/until.ts';
import { hostileText } from './contract/openings.ts';
import { runOn } from './contract/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-packing-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

const run = { seq: 1, nonce: 'abc', joins: null };
const long = `: ${'much to say '.repeat(300)}`;

const these = 'sh env cat mkdir rm sleep dd setsid mkfifo mv sed tail head wc ls ps'.split(' ');

describe('A segment on the wire', () => {
  const [short, much] = [segmentOf([stepOf('one', 'echo')]), segmentOf([stepOf('one', long)])];

  it('goes as it is where nothing can be unpacked, or where it is short', () => {
    const plain = runFrame(much, run, { lesson: '', packs: false });
    assert.match(plain.toString(), /^run 1 \d+\n\n\{\n/);
    assert.deepEqual(
      runFrame(short, run, { lesson: '', packs: true }),
      runFrame(short, run, { lesson: '', packs: false }),
    );
  });

  it('goes compressed with what has to be learned for it, in one piece', () => {
    const frame = runFrame(much, run, { lesson: 'learned=1', packs: true });
    const [, announced = ''] = /^packed (\d+)\n/.exec(frame.toString('latin1')) ?? [];
    const begin = `packed ${announced}\n`.length;
    const text = gunzipSync(frame.subarray(begin, begin + Number(announced))).toString();
    assert.match(text, /^learned=1\nscript='\{\n/);
    assert.equal(frame.subarray(begin + Number(announced)).toString(), 'run 1 0\n\n');
    assert.ok(frame.length < 500);
  });
});

describe('A host', () => {
  const all = [0, 1, 2, 3].map((count) => `${hostileText}${count}\n`);
  const step = (count: number) =>
    stepOf('tell', `${long}\nprintf %s '${hostileText.replaceAll("'", "'\\''")}'; echo ${count}`);

  it('with gzip is sent compressed text and runs what it says', async (t) => {
    const used = join(directory, 'used');
    const gzip = `#!/bin/sh\necho x >>'${used}'\nexec ${pathOf('gzip')} "$@"\n`;
    const ran = await runThere(t, 'with', { these, own: { gzip } });
    assert.deepEqual(ran, all);
    assert.equal(readFileSync(used, 'utf8'), 'x\n'.repeat(5));
  });

  it('without gzip runs the same', async (t) => {
    const ran = await runThere(t, 'without', { these });
    assert.deepEqual(ran, all);
  });

  it('whose dd takes bytes one by one unpacks the same', async (t) => {
    const dd = `#!/bin/sh\ncase $* in *fullblock*) exit 1;; esac\nexec ${pathOf('dd')} "$@"\n`;
    const ran = await runThere(t, 'slow', { these: [...these, 'gzip'].filter((tool) => tool !== 'dd'), own: { dd } });
    assert.deepEqual(ran, all);
  });

  /** What steps print that the session begins with, that are tied to the connection, have a journal, and join it. */
  async function runThere(t: TestContext, name: string, tools: Tools): Promise<readonly string[]> {
    const opening = segmentOf([step(0)], { id: 'opening', isWhole: true });
    const session = await sessionOn(await hostWith(t, name, tools), { opening });
    const journal = (at: number) => join(directory, name, '.cutover/runs/test', String(at));
    const segments: readonly Segment[] = [
      opening,
      segmentOf([step(1)], { id: 'tied' }),
      segmentOf([step(2)], { id: 'detached', journal: journal(1) }),
      segmentOf([step(3)], { id: 'joined', journal: journal(2) }),
    ];
    const told: string[] = [];
    for (const segment of segments) told.push((await runOn(session, segment)).text);
    assert.ok(existsSync(journal(2)));
    await session.close();
    return told;
  }
});

describe('An opening whose answer is told as a whole', () => {
  it('tells which step failed and what it printed', async (t) => {
    const opening = segmentOf([stepOf('one', 'echo why; exit 7'), stepOf('two', 'echo never')], { isWhole: true });
    const session = await sessionOn(await hostWith(t, 'failing', { these: [...these, 'gzip'] }), { opening });
    assert.deepEqual(await runOn(session, opening), {
      failure: { kind: 'exit', code: 7 },
      heard: [
        ['began', 'one'],
        ['output', 'one', 'why\n'],
        ['ended', 'one', 7],
      ],
      text: 'why\n',
    });
    await session.close();
  });

  it('is stopped like any other', async (t) => {
    const started = join(directory, 'started');
    const opening = segmentOf([stepOf('one', `echo "$$" >'${started}'; sleep 1000`)], { isWhole: true });
    const session = await sessionOn(await hostWith(t, 'stopping', { these: [...these, 'gzip'] }), { opening });
    const stop = new AbortController();
    const running = runOn(session, opening, stop.signal);
    await until('it runs', () => existsSync(started) && readFileSync(started, 'utf8') !== '');
    stop.abort();
    assert.deepEqual((await running).failure, { kind: 'cancelled' });
    await allGone([Number(readFileSync(started, 'utf8'))]);
    await session.close();
  });
});

describe('What a session learns', () => {
  /** A host to which was deployed before, and where it keeps that. */
  async function known(t: TestContext, name: string) {
    const deployPath = join(directory, `site-${name}`);
    mkdirSync(join(deployPath, '.cutover/lessons'), { recursive: true });
    const host = await hostWith(t, name, { these: [...these, 'gzip'] }, deployPath);
    const ran = join(deployPath, 'ran');
    const segment = (id: string) =>
      segmentOf([stepOf('one', `echo ${id} >>'${ran}'; echo well`)], {
        id,
        journal: join(deployPath, '.cutover/runs', id, '1'),
      });
    return { deployPath, host, segment, ran: () => readFileSync(ran, 'utf8'), kept: lessonPath(deployPath) };
  }

  async function learned(t: TestContext, name: string) {
    const at = await known(t, name);
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('first'))).text, 'well\n');
    await until('it is kept', () => existsSync(at.kept));
    await session.close();
    return at;
  }

  it('is kept by its host in the place of what others left, and learned from there the next time', async (t) => {
    const at = await known(t, 'keeping');
    const old = join(at.deployPath, '.cutover/lessons/old.gz');
    writeFileSync(old, '');
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('first'))).text, 'well\n');
    await until('it is kept', () => existsSync(at.kept));
    await session.close();
    assert.deepEqual([existsSync(old), statSync(at.kept).mode & 0o777], [false, 0o600]);
    const recalled = join(at.deployPath, 'recalled');
    writeFileSync(at.kept, gzipSync(`${gunzipSync(readFileSync(at.kept)).toString()}\n: >'${recalled}'\n`));
    const later = await sessionOn(at.host);
    assert.equal((await runOn(later, at.segment('second'))).text, 'well\n');
    await later.close();
    assert.ok(existsSync(recalled));
  });

  it('is sent again where what a host keeps of it is damaged, and nothing is done twice', async (t) => {
    const at = await learned(t, 'damaged');
    truncateSync(at.kept, statSync(at.kept).size - 100);
    const handover: Handover = { left: null };
    const session = await sessionOn(at.host, { handover });
    const { failure } = await runOn(session, at.segment('second'));
    assert.ok(failure?.kind === 'lost' && failure.isFinal !== true, JSON.stringify(failure));
    assert.equal(existsSync(at.kept), false);
    const later = await sessionOn(at.host, { handover });
    assert.deepEqual(await runOn(later, at.segment('second')).then((run) => [run.failure, run.text]), [null, 'well\n']);
    await later.close();
    assert.equal(at.ran(), 'first\nsecond\n');
  });

  it('is not taken from what somebody else may have put there', async (t) => {
    const at = await learned(t, 'foreign');
    const [planted, done] = [join(at.deployPath, 'planted'), join(at.deployPath, 'done')];
    writeFileSync(planted, gzipSync(`: >'${done}'`));
    rmSync(at.kept);
    symlinkSync(planted, at.kept);
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('second'))).text, 'well\n');
    await session.close();
    assert.equal(existsSync(done), false);
  });

  it('is kept nowhere where nothing was deployed yet', async (t) => {
    const host = await hostWith(t, 'new', { these: [...these, 'gzip'] }, join(directory, 'new-site'));
    const session = await sessionOn(host);
    const segment = segmentOf([stepOf('one', 'sleep 0.5; echo well')], {
      journal: join(directory, 'elsewhere/runs/1/1'),
    });
    assert.equal((await runOn(session, segment)).text, 'well\n');
    await session.close();
    assert.equal(existsSync(join(directory, 'new-site')), false);
  });
});

interface There {
  readonly configFile: string;
  readonly deployPath: string;
}

async function hostWith(
  t: TestContext,
  name: string,
  tools: Tools,
  deployPath = join(directory, 'none'),
): Promise<There> {
  const sshd = await startSshd({ shell: [makeBareShell(directory, name, tools)] });
  t.after(() => sshd.stop());
  const configFile = writeSshConfig(mkdtempSync(join(directory, 'config-')), [{ alias: 'web1', sshd }]);
  return { configFile, deployPath };
}

async function sessionOn({ configFile, deployPath }: There, more: Partial<OpenOptions> = {}): Promise<Channel> {
  const signal = new AbortController().signal;
  const host = hostOf('web1', { deployPath });
  const session = await openSsh({ host, client: { configFile }, connectMs: 30_000, signal, stopGraceMs: 300, ...more });
  assert.ok(!isOpenFailure(session), JSON.stringify(session));
  return session;
}
