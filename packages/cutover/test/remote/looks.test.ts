import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openLocal } from '../../src/remote/local.ts';
import { isOpenFailure } from '../../src/remote/session.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';
import { makeBareShell, placeOf } from '../kit/shells.ts';
import { runOn } from './contract/world.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-looks-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

describe('What is looked at while a segment runs', () => {
  const used = join(directory, 'used');
  const noted = (tool: string) => `echo "${tool} $*" >>'${used}'\nexec ${placeOf(tool)} "$@"`;
  const shell = makeBareShell(directory, 'noting', { instead: { dd: noted('dd'), sleep: noted('sleep') } });

  it('is copied only where something was printed since', async () => {
    writeFileSync(used, '');
    const quiet = `echo begun; until test "$(grep -c '^sleep 0.3' '${used}')" -ge 12; do sleep 0.05; done; echo ended`;
    const { text } = await runInJournal([stepOf('one', quiet)], 'quiet');
    assert.equal(text, 'begun\nended\n');
    assert.ok(count(/^dd bs=262144 /gm) < 8, readFileSync(used, 'utf8'));
  });

  it('is not copied once more for each step that begins', async () => {
    writeFileSync(used, '');
    const steps = Array.from({ length: 100 }, (_, at) => stepOf(`step ${at}`, `echo ${at}`));
    const { heard } = await runInJournal(steps, 'many');
    assert.equal(heard.filter(([what]) => what === 'ended').length, 100);
    assert.ok(count(/^dd bs=262144 /gm) < count(/^sleep 0.3$/gm) + 8, readFileSync(used, 'utf8'));
  });

  function count(calls: RegExp): number {
    return readFileSync(used, 'utf8').match(calls)?.length ?? 0;
  }

  async function runInJournal(
    steps: ReturnType<typeof stepOf>[],
    id: string,
  ): Promise<Awaited<ReturnType<typeof runOn>>> {
    const signal = new AbortController().signal;
    const session = await openLocal({ host: 'local', shell, connectMs: 30_000, signal });
    assert.ok(!isOpenFailure(session), JSON.stringify(session));
    const ran = await runOn(session, segmentOf(steps, { id, journal: join(directory, 'runs', id, '1') }));
    await session.close();
    return ran;
  }
});
