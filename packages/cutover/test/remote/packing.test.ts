import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, describe, it, type TestContext } from 'node:test';
import { constants, gunzipSync, inflateRawSync } from 'node:zlib';
import type { Channel } from '../../src/remote/channel.ts';
import { runFrame } from '../../src/remote/frame.ts';
import type { Handover } from '../../src/remote/left.ts';
import { lessonBefore, vocabularyOf, withinReach } from '../../src/remote/lesson.ts';
import type { OpenOptions } from '../../src/remote/open-channel.ts';
import { ending } from '../../src/remote/packed.ts';
import { segmentScript } from '../../src/remote/script.ts';
import { isOpenFailure, type Segment } from '../../src/remote/session.ts';
import { openSsh } from '../../src/remote/ssh.ts';
import { hostOf } from '../kit/hosts.ts';
import { allGone } from '../kit/processes.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';
import { makeBareShell, makeLoginShell, placeOf, shellKinds } from '../kit/shells.ts';
import { startSshd, writeSshConfig } from '../kit/sshd.ts';
import type { ToolChanges } from '../kit/tools.ts';
import { until } from '../kit/until.ts';
import { hostileText } from './contract/openings.ts';
import { runOn } from './contract/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-packing-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

const run = { seq: 1, nonce: 'fedcba9876543210', joins: null };
const taught = { lesson: null, knows: 'nothing', known: [], ready: [], isReadyAs: null } as const;
const long = `: ${'much to say '.repeat(300)}`;
/** Long, and not so short once it is compressed. */
const much = Array.from({ length: 60 }, (_, at) => `: ${at} and so on, for line ${(at * 7919) % 1000}`).join('\n');

const these = 'sh env cat mkdir rm sleep dd setsid mkfifo mv sed tail head wc ls ps tee base64'.split(' ');

describe('A segment on the wire', () => {
  const [short, much] = [segmentOf([stepOf('one', 'echo')]), segmentOf([stepOf('one', long)])];

  it('goes as it is where nothing can be unpacked, or where it is short', () => {
    const plain = runFrame(much, run, { ...taught, packs: false });
    assert.match(plain.toString(), /^run 1 \d+\n\n\{\n/);
    assert.deepEqual(
      runFrame(short, run, { ...taught, packs: true }),
      runFrame(short, run, { ...taught, packs: false }),
    );
  });

  it('goes compressed where it is long', () => {
    const frame = runFrame(much, run, { ...taught, packs: true });
    const [head = '', bytes = ''] = /^packed (\d+)\n/.exec(frame.toString('latin1')) ?? [];
    const end = head.length + Number(bytes);
    assert.match(gunzipSync(frame.subarray(head.length, end)).toString(), /^script='\{\n/);
    assert.equal(frame.subarray(end).toString(), 'run 1 0\n\n');
    assert.ok(frame.length < 500);
  });

  it('goes with what has to be learned for it, and the second time only as what is new', () => {
    const segment = segmentOf([stepOf('one', 'echo "$TOKEN" much to do', { secrets: ['TOKEN'] })], {
      secrets: { TOKEN: 'the secret' },
    });
    const lesson = lessonBefore(segment, 'learned=1\n');
    const first = runFrame(segment, run, { ...taught, lesson, packs: true });
    const [head = '', bytes = '', name = '', kept = ''] =
      /^new (\d+) ([0-9a-f]{16}) (\d+)\n/.exec(first.toString('latin1')) ?? [];
    const beginning = first.subarray(head.length, head.length + Number(kept));
    assert.equal(first.length, head.length + Number(kept) + Number(bytes) + 'run 1 0\n\n'.length);
    const again = runFrame(
      segment,
      { ...run, nonce: '0123456789abcdef' },
      { ...taught, lesson, packs: true, known: ['x', name] },
    );
    const [known = '', less = ''] = new RegExp(`^known (\\d+) ${name}\n`).exec(again.toString('latin1')) ?? [];
    const end = again.subarray(known.length, known.length + Number(less));
    const text = gunzipSync(Buffer.concat([beginning, end])).toString();
    assert.match(text, /^vocabulary='.*'\nlearned=1\nscript='cutover_secret_0=.*the secret.*0123456789abcdef/s);
    const onHost = inflateRawSync(beginning.subarray(10), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    assert.doesNotMatch(onHost, /the secret/);
    assert.match(onHost, /much to do/);
    assert.ok(again.length * 2 < first.length);
  });

  it('has the same kept of it whatever comes along', () => {
    const kept = [7, 613, 255_000, 6_130_000].map((bytes) => {
      const payload = { bytes, path: '/srv/shop/data', read: () => Readable.from([]) };
      const step = stepOf('one', 'cat "$CUTOVER_PAYLOAD"');
      return vocabularyOf(String(segmentScript(segmentOf([step], { payload }), ''))).join('\n');
    });
    // The longest is told with its number, which is kept nowhere.
    assert.equal(new Set(kept.slice(0, 3)).size, 1);
    assert.doesNotMatch(kept.join(''), /613/);
  });

  for (const [line, isKept] of [
    ['[ -e "$link" ] || rm -f "$link"', true],
    ['kill', false],
    ["export CUTOVER_MESSAGE='Say it in other words'", false],
    ['mkdir releases/20261128205446', false],
    ['tree=89a2544a95800664e02716f00621254a3898e82f', false],
    [`printf '\\036%s begin %s\\n' abcdefabcdefabcdefabcdef 0`, false],
  ] as const)
    it(`${isKept ? 'has' : 'does not have'} kept of it: ${line}`, () => {
      assert.deepEqual(vocabularyOf(`${line}\n${line}`), isKept ? [line] : []);
    });
});

describe('What a host keeps of a script that is longer than compressed text can refer back', () => {
  const script = Array.from(
    { length: 1500 },
    (_, at) => `: 'it says this' and ${(at * 7919) % 1000}-${at % 977} and so on`,
  );
  const lines = vocabularyOf(script.join('\n'));
  const near = withinReach(lines, script.join('\n'));

  it('is what its beginning says', () => {
    assert.ok(near.length < lines.length);
    assert.deepEqual(near, script.slice(near.length === 0 ? 0 : script.indexOf(near[0] ?? '')).slice(0, near.length));
    assert.ok(!near.includes(script.at(-1) ?? ''));
  });

  it('makes less of it go over the wire than all of its lines would', () => {
    const over = (kept: readonly string[]) => ending(kept.join('\n'), script.join('\n')).length;
    assert.ok(over(near) < over(lines), `${over(near)} of ${over(lines)}`);
  });
});

describe('A host', () => {
  const all = [0, 1, 2, 3].map((count) => `${hostileText}${count}\n`);
  const step = (count: number) =>
    stepOf('tell', `${long}\nprintf %s '${hostileText.replaceAll("'", "'\\''")}'; echo ${count}`);

  it('with gzip is sent compressed text and runs what it says', async (t) => {
    const used = join(directory, 'used');
    const gzip = `echo x >>'${used}'\nexec ${placeOf('gzip')} "$@"`;
    const ran = await runThere(t, 'with', { only: these, instead: { gzip } });
    assert.deepEqual(ran, all);
    assert.equal(readFileSync(used, 'utf8'), 'x\n'.repeat(5));
  });

  it('without gzip runs the same', async (t) => {
    const ran = await runThere(t, 'without', { only: these });
    assert.deepEqual(ran, all);
  });

  it('without base64 asks for what it begins with, and runs the same', async (t) => {
    const lacking = these.filter((tool) => tool !== 'base64');
    assert.deepEqual(await runThere(t, 'asking', { only: [...lacking, 'gzip'] }), all);
  });

  it('whose dd takes bytes one by one unpacks the same', async (t) => {
    const dd = `case $* in *fullblock*) exit 1;; esac\nexec ${placeOf('dd')} "$@"`;
    const ran = await runThere(t, 'slow', {
      only: [...these, 'gzip'],
      instead: { dd },
    });
    assert.deepEqual(ran, all);
  });

  for (const kind of shellKinds)
    it(`of ${kind.name} unpacks what refers to text that its shell holds, in any language`, async (t) => {
      const sshd = await startSshd({ shell: [makeLoginShell(directory, kind)] });
      t.after(() => sshd.stop());
      const configFile = writeSshConfig(mkdtempSync(join(directory, 'config-')), [{ alias: 'web1', sshd }]);
      const session = await sessionOn({ configFile, deployPath: join(directory, 'none') });
      const foreseen = () => [step(1), step(2), stepOf('told', `: 'Grüße, 挨拶 und мир'`)];
      const told: string[] = [];
      for (const at of [1, 2]) {
        const journal = join(directory, `held-${kind.name}`, '.cutover/runs/test', String(at));
        told.push((await runOn(session, segmentOf([step(at)], { id: `${at}`, journal, foreseen }))).text);
      }
      await session.close();
      assert.deepEqual(told, all.slice(1, 3));
    });

  for (const kind of shellKinds)
    it(`of ${kind.name} holds what is to follow, and unpacks nothing for it when its turn has come`, async (t) => {
      const place = mkdtempSync(join(directory, 'holding-'));
      const [shell, unpacked] = [makeLoginShell(place, kind), join(place, 'unpacked')];
      const gzip = join(place, `tools-${kind.name}`, 'gzip');
      rmSync(gzip, { force: true });
      writeFileSync(gzip, `#!/bin/sh\necho x >>'${unpacked}'\nexec ${placeOf('gzip')} "$@"\n`, { mode: 0o755 });
      const sshd = await startSshd({ shell: [shell] });
      t.after(() => sshd.stop());
      const configFile = writeSshConfig(place, [{ alias: 'web1', sshd }]);
      const session = await sessionOn({ configFile, deployPath: join(place, 'none') });
      const outcome = { secrets: { OUTCOME: `as it ${hostileText} is` } };
      const closing = segmentOf([stepOf('close', 'printf %s "$OUTCOME"', { secrets: ['OUTCOME'] })], outcome);
      const hook = segmentOf([stepOf('hook', 'printf %s "$KEY"', { secrets: ['KEY'] })]);
      const foreseen = [segmentOf([step(2)]), hook, closing, segmentOf([step(3)])];
      const journal = (at: number) => join(place, 'site/.cutover/runs/test', String(at));
      const sent = [
        segmentOf([step(1)], { following: () => foreseen }),
        segmentOf([step(2)]),
        segmentOf(hook.steps, { secrets: { KEY: long } }),
        segmentOf(closing.steps, outcome),
        segmentOf([stepOf('other', `${long}\necho other`)]),
      ];
      const told: string[] = [];
      const counts: number[] = [];
      for (const [at, segment] of sent.entries()) {
        told.push((await runOn(session, { ...segment, id: `${at}`, journal: journal(at) })).text);
        counts.push(existsSync(unpacked) ? readFileSync(unpacked, 'utf8').length / 2 : 0);
      }
      await session.close();
      assert.deepEqual(told, [all[1], all[2], long, outcome.secrets.OUTCOME, 'other\n']);
      // What it begins with and the first segment; then the hook, of which a secret was not known; then what was not foreseen.
      // The shell of busybox takes its own gzip, which does not count.
      assert.deepEqual(counts, kind.applets.length === 0 ? [2, 2, 3, 3, 4] : [0, 0, 0, 0, 0]);
    });

  /** What steps print that the session begins with, that are tied to the connection, have a journal, and join it. */
  async function runThere(t: TestContext, name: string, tools: ToolChanges): Promise<readonly string[]> {
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
    const session = await sessionOn(await hostWith(t, 'failing', { only: [...these, 'gzip'] }), { opening });
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

  it('is heard before anything of our input has come, which takes a round trip more', async (t) => {
    const [deaf, silence] = [join(directory, 'deaf-ssh'), join(directory, 'silence')];
    writeFileSync(deaf, `#!/bin/sh\nmkfifo '${silence}'\nexec ssh "$@" <>'${silence}'\n`, { mode: 0o755 });
    const opening = segmentOf([stepOf('one', 'echo heard')], { isWhole: true });
    const there = await hostWith(t, 'deaf', { only: [...these, 'gzip'] });
    const session = await sessionOn(there, { opening }, deaf);
    assert.equal((await runOn(session, opening)).text, 'heard\n');
    session.kill();
  });

  it('is stopped like any other', async (t) => {
    const started = join(directory, 'started');
    const opening = segmentOf([stepOf('one', `echo "$$" >'${started}'; sleep 1000`)], { isWhole: true });
    const session = await sessionOn(await hostWith(t, 'stopping', { only: [...these, 'gzip'] }), { opening });
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
  async function known(t: TestContext, name: string, tools: ToolChanges = { only: [...these, 'gzip'] }) {
    const deployPath = join(directory, `site-${name}`);
    mkdirSync(join(deployPath, '.cutover/lessons'), { recursive: true });
    const host = await hostWith(t, name, tools, deployPath);
    const ran = join(deployPath, 'ran');
    const segments = (id: string) => {
      const step = stepOf('one', `echo ${id} >>'${ran}'; echo well\n${much}`);
      const journal = (at: number) => join(deployPath, '.cutover/runs', id, String(at));
      const segment = (at: number) => segmentOf([step], { id: `${id}-${at}`, journal: journal(at) });
      return [segment(1), segment(2)] as const;
    };
    const segment = (id: string) => segments(id)[0];
    const lessons = join(deployPath, '.cutover/lessons');
    const kept = () => readdirSync(lessons).filter((file) => /^[0-9a-f]{16}$/.test(file));
    return { lessons, host, segment, segments, ran: () => readFileSync(ran, 'utf8'), kept };
  }

  async function learned(t: TestContext, name: string) {
    const at = await known(t, name);
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('1001'))).text, 'well\n');
    await until('it is kept', () => at.kept().length > 0);
    await session.close();
    return { ...at, file: join(at.lessons, at.kept()[0] ?? '') };
  }

  it('is kept by its host, with what other versions left there as long as that is little', async (t) => {
    const at = await learned(t, 'keeping');
    assert.equal(statSync(at.file).mode & 0o777, 0o600);
    const before = statSync(at.file).ino;
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('1002'))).text, 'well\n');
    await session.close();
    assert.deepEqual([at.kept().length, statSync(at.file).ino], [1, before]);
    for (let i = 0; i < 10; i += 1) writeFileSync(join(at.lessons, `old${i}`), '');
    const other = await sessionOn(at.host);
    const { steps, ...rest } = at.segment('1003');
    await runOn(other, { ...rest, steps: [...steps, stepOf('two', 'echo something else')] });
    await until('what is old is gone', () => readdirSync(at.lessons).length < 3);
    await other.close();
  });

  it('is learned from there, and sent again where that is damaged; nothing is done twice', async (t) => {
    const at = await learned(t, 'damaged');
    truncateSync(at.file, statSync(at.file).size - 100);
    const handover: Handover = { left: null };
    const session = await sessionOn(at.host, { handover });
    const { failure } = await runOn(session, at.segment('1002'));
    assert.ok(failure?.kind === 'lost' && failure.isFinal !== true, JSON.stringify(failure));
    assert.equal(existsSync(at.file), false);
    const later = await sessionOn(at.host, { handover });
    assert.deepEqual(await runOn(later, at.segment('1002')).then((run) => [run.failure, run.text]), [null, 'well\n']);
    await later.close();
    assert.equal(at.ran(), '1001\n1002\n');
  });

  it('is what later segments refer to as well, which send only what is new', async (t) => {
    const at = await learned(t, 'joining');
    const [listening, sent] = [join(directory, 'listening-ssh'), join(directory, 'sent')];
    writeFileSync(listening, `#!/bin/sh\ntee '${sent}' | ssh "$@"\n`, { mode: 0o755 });
    const [first, second] = at.segments('1002');
    const session = await sessionOn(at.host, {}, listening);
    for (const segment of [first, second]) assert.equal((await runOn(session, segment)).text, 'well\n');
    await session.close();
    assert.deepEqual(at.kept().length, 1);
    assert.ok(statSync(second.journal ?? '').isFile(), 'it joined');
    const frames = readFileSync(sent, 'latin1').match(/(?<=^|\n)(?:new|packed|known|again)(?= \d)/g);
    assert.deepEqual(frames, ['known', 'again']);
  });

  it('is kept only whole: where the disk is full, nothing is left of it', async (t) => {
    const tee = `cat >'${directory}/all'; head -c 100 '${directory}/all' >"$1"; cat '${directory}/all'; exit 1\n`;
    const at = await known(t, 'full', { only: [...these, 'gzip'], instead: { tee } });
    const session = await sessionOn(at.host);
    assert.equal((await runOn(session, at.segment('1001'))).text, 'well\n');
    await until('what was written of it is gone', () => readdirSync(at.lessons).length === 0);
    await session.close();
  });

  it('is not taken from what somebody else may have put there', async (t) => {
    const at = await learned(t, 'foreign');
    const planted = join(at.lessons, '../planted');
    writeFileSync(planted, 'not what it should be');
    rmSync(at.file);
    symlinkSync(planted, at.file);
    const session = await sessionOn(at.host);
    assert.deepEqual(await runOn(session, at.segment('1002')).then((run) => [run.failure, run.text]), [null, 'well\n']);
    await session.close();
  });

  it('is kept nowhere where nothing was deployed yet', async (t) => {
    const host = await hostWith(t, 'new', { only: [...these, 'gzip'] }, join(directory, 'new-site'));
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
  tools: ToolChanges,
  deployPath = join(directory, 'none'),
): Promise<There> {
  const sshd = await startSshd({ shell: [makeBareShell(directory, name, tools)] });
  t.after(() => sshd.stop());
  const configFile = writeSshConfig(mkdtempSync(join(directory, 'config-')), [{ alias: 'web1', sshd }]);
  return { configFile, deployPath };
}

async function sessionOn(
  { configFile, deployPath }: There,
  more: Partial<OpenOptions> = {},
  command = 'ssh',
): Promise<Channel> {
  const signal = new AbortController().signal;
  const host = hostOf('web1', { deployPath });
  const session = await openSsh({
    host,
    client: { configFile, command },
    connectMs: 30_000,
    signal,
    stopGraceMs: 300,
    ...more,
  });
  assert.ok(!isOpenFailure(session), JSON.stringify(session));
  return session;
}
