import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeShared } from '../../src/plan/steps/write-shared.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { placeFor, shells } from '../kit/place.ts';
import { makeTools } from '../kit/tools.ts';

/** A file system that is not the one of the tests' own directories; null where there is none. */
const other = ['/dev/shm', '/var/tmp'].find((path) => statSync(path).dev !== statSync(tmpdir()).dev) ?? null;

describe('a shared file on another disk', { skip: other === null && 'there is no other file system' }, () => {
  for (const shell of shells.filter(([program]) => program !== 'busybox'))
    it(`is written and put back by one rename, in ${shell.join(' ')}`, (t) => {
      const place = placeFor(t, emptyHost(), { layout: 'shared' });
      const disk = mkdtempSync(join(other ?? '', 'cutover-disk-'));
      t.after(() => rmSync(disk, { recursive: true }));
      symlinkSync(disk, join(place.path, 'shared'));
      writeFileSync(join(disk, '.env'), 'A=1\n', { mode: 0o640 });
      const payload = join(place.directory, 'payload');
      writeFileSync(payload, 'A=2\n');
      mkdirSync(join(place.directory, 'bin'));
      const mv = 'shift; exec perl -e \'rename $ARGV[0], $ARGV[1] or die "$!\\n"\' "$@"';
      const tools = makeTools(join(place.directory, 'tools'), { instead: { mv } });
      const how = { shell, env: { CUTOVER_PAYLOAD: payload, PATH: tools } };
      const step = writeShared(place.job.wish, place.site, { to: '.env', from: payload });
      const told = () => [readFileSync(join(disk, '.env'), 'utf8'), statSync(join(disk, '.env')).mode & 0o777];

      const written = place.run(step.script, how);
      assert.equal(written.status, 0, written.said);
      assert.deepEqual(told(), ['A=2\n', 0o640]);
      assert.ok(step.undo.kind === 'step');
      for (const _time of ['once', 'twice']) {
        const restored = place.run(step.undo.script, how);
        assert.equal(restored.status, 0, restored.said);
        assert.deepEqual(told(), ['A=1\n', 0o640]);
      }
      assert.deepEqual(readdirSync(disk), ['.env']);
    });
});
