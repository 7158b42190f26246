import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ScriptExit } from '../../src/model/failure.ts';
import type { ReleaseRecord } from '../../src/model/release.ts';
import { confirm, draftService } from '../../src/plan/steps/confirm.ts';
import { readyRecord } from '../../src/plan/steps/create.ts';
import { underLock } from '../../src/plan/steps/guard.ts';
import { lines } from '../../src/shell/text.ts';
import { aRecord, usedHost } from '../kit/memory-hosts.ts';
import { placeFor, shells } from '../kit/place.ts';

describe('the undo of the confirmation', () => {
  for (const shell of shells)
    it(`puts the records of before back in ${shell.join(' ')} to the letter, with the times they had`, (t) => {
      const memory = usedHost();
      const served = memory.current ?? '';
      const place = placeFor(t, memory);
      mkdirSync(join(place.path, '.cutover/runs/test-1/guard'), { recursive: true });
      place.write({ [`.cutover/releases/${served}.json`]: `${JSON.stringify(memory.records.get(served))}\n` });
      const fresh = readyRecord(place.job);
      const drafting = lines(underLock(place.path, 'test-1'), draftService(place.job, place.site, fresh));
      assert.equal(place.run(String(drafting), { shell }).status, 0);
      const step = confirm(place.job, place.site, fresh);
      assert.equal(place.run(step.script, { shell }).status, 0);
      assert.equal(recordIn(place.path, served).states.at(-1)?.state, 'retired');
      assert.ok(step.undo.kind === 'step');
      assert.equal(place.run(step.undo.script, { shell }).status, 0);
      assert.deepEqual(recordIn(place.path, served), aRecord(served, 'live'));
    });
});

describe('what is drafted for the confirmation', () => {
  for (const shell of shells)
    it(`fails in ${shell.join(' ')} where the time cannot be told: nothing without a moment is put in place later`, (t) => {
      const place = placeFor(t, usedHost());
      const drafted = lines(
        underLock(place.path, 'test-1'),
        draftService(place.job, place.site, readyRecord(place.job)),
      );
      const { status, said } = place.run(String(drafted), { shell, first: 'date() { return 1; }' });
      assert.equal(status, ScriptExit.refused, said);
      assert.match(said, /^What is in service could not be recorded in \.cutover\/releases\/\.$/m);
    });
});

function recordIn(path: string, release: string): ReleaseRecord {
  return JSON.parse(readFileSync(join(path, `.cutover/releases/${release}.json`), 'utf8')) as ReleaseRecord;
}
