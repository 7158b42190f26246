import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { runFrame } from '../../src/remote/frame.ts';
import { isOpenFailure, type Segment } from '../../src/remote/session.ts';
import { openSsh } from '../../src/remote/ssh.ts';
import { hostOf } from '../kit/hosts.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';
import { makeBareShell, pathOf, type Tools } from '../kit/shells.ts';
import { startSshd, writeSshConfig } from '../kit/sshd.ts';
import { hostileText } from './contract/openings.ts';
import { runOn } from './contract/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-packing-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

const run = { seq: 1, nonce: 'abc', joins: null };
const long = `: ${'much to say '.repeat(300)}`;

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
  const these = 'sh env cat mkdir rm sleep dd setsid mkfifo mv sed tail head wc ls ps'.split(' ');
  const step = (count: number) =>
    stepOf('tell', `${long}\nprintf %s '${hostileText.replaceAll("'", "'\\''")}'; echo ${count}`);

  it('with gzip is sent compressed text and runs what it says', async (t) => {
    const used = join(directory, 'used');
    const gzip = `#!/bin/sh\necho x >>'${used}'\nexec ${pathOf('gzip')} "$@"\n`;
    const ran = await runThere(t, 'with', { these, own: { gzip } });
    assert.deepEqual(ran, [`${hostileText}1\n`, `${hostileText}2\n`, `${hostileText}3\n`]);
    assert.equal(readFileSync(used, 'utf8'), 'x\n'.repeat(4));
  });

  it('without gzip runs the same', async (t) => {
    const ran = await runThere(t, 'without', { these });
    assert.deepEqual(ran, [`${hostileText}1\n`, `${hostileText}2\n`, `${hostileText}3\n`]);
  });

  it('whose dd takes bytes one by one unpacks the same', async (t) => {
    const dd = `#!/bin/sh\ncase $* in *fullblock*) exit 1;; esac\nexec ${pathOf('dd')} "$@"\n`;
    const ran = await runThere(t, 'slow', { these: [...these, 'gzip'].filter((tool) => tool !== 'dd'), own: { dd } });
    assert.deepEqual(ran, [`${hostileText}1\n`, `${hostileText}2\n`, `${hostileText}3\n`]);
  });

  /** What steps print that are tied to the connection, have a journal, and join it. */
  async function runThere(t: TestContext, name: string, tools: Tools): Promise<readonly string[]> {
    const sshd = await startSshd({ shell: [makeBareShell(directory, name, tools)] });
    t.after(() => sshd.stop());
    const configFile = writeSshConfig(mkdtempSync(join(directory, 'config-')), [{ alias: 'web1', sshd }]);
    const session = await openSsh({
      host: hostOf('web1'),
      client: { configFile },
      connectMs: 30_000,
      signal: t.signal,
    });
    assert.ok(!isOpenFailure(session), JSON.stringify(session));
    const journal = (at: number) => join(directory, name, '.cutover/runs/test', String(at));
    const segments: readonly Segment[] = [
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
