import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ScriptExit } from '../../src/model/failure.ts';
import { tellNoRoom } from '../../src/plan/steps/room.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { whyUnwritten } from '../../src/shell/room.ts';
import { lines, type Shell, sh } from '../../src/shell/text.ts';
import { isMemoryMounted } from '../kit/disk.ts';
import { type Place, placeFor, shells } from '../kit/place.ts';

/** A place whose releases lie on a disk of their own; null where this user may not mount one. */
function smallPlace(t: TestContext, options: string): Place | null {
  const later: (() => unknown)[] = [];
  const place = placeFor({ after: (end) => void later.push(end) }, emptyHost());
  const isMounted = isMemoryMounted(t, join(place.path, 'releases'), options);
  // What is mounted goes before the place is removed.
  for (const end of later) t.after(end);
  return isMounted ? place : null;
}

const fill = sh`cat /dev/zero > releases/filling 2>/dev/null || :`;
const fillByFiles = sh`mkdir releases/many; i=0; while (: > releases/many/"$i") 2>/dev/null; do i=$((i + 1)); done`;

/** How a step ends, the last line that it printed, and what is left in `releases`. */
function ended(place: Place, shell: (typeof shells)[number], script: Shell): readonly [number | null, string, string] {
  const { status, said } = place.run(String(script), { shell, first: `cd '${place.path.replaceAll("'", `'\\''`)}'` });
  return [status, said.trimEnd().split('\n').at(-1) ?? '', readdirSync(join(place.path, 'releases')).join(' ')];
}

for (const shell of shells)
  describe(`a step that writes much (${shell.join(' ')})`, () => {
    const step = (...after: readonly Shell[]): Shell =>
      lines(tellNoRoom({ tidy: sh`rm -f releases/filling`, otherwise: sh`echo otherwise; exit 7` }), ...after);

    it('ends with what is missing, the file system and the numbers, measured before anything is tidied', (t) => {
      const place = smallPlace(t, 'size=1m');
      if (place === null) return;
      const [status, said, left] = ended(place, shell, step(fill, sh`false`));
      assert.equal(status, ScriptExit.noRoom);
      assert.equal(said, `No space is left on ${join(place.path, 'releases')}: 0 KB of 1 MB are free.`);
      assert.equal(left, '');
    });

    it('tells inodes from space', (t) => {
      const place = smallPlace(t, 'size=2m,nr_inodes=50');
      if (place === null) return;
      const [status, said] = ended(place, shell, step(fillByFiles, sh`mkdir releases/one-more 2>/dev/null`));
      assert.equal(status, ScriptExit.noRoom);
      assert.match(said, /^No inode is left on .*\/releases, so no file can be made there, .*: 0 of 50 are free\.$/);
    });

    it('ends as it would where there is room, or where it succeeds', (t) => {
      const place = smallPlace(t, 'size=1m');
      if (place === null) return;
      assert.deepEqual(ended(place, shell, step(sh`exit 3`)), [7, 'otherwise', '']);
      assert.deepEqual(ended(place, shell, lines(tellNoRoom(), sh`exit 3`)), [3, '', '']);
      assert.deepEqual(ended(place, shell, step(fill)), [0, '', 'filling']);
    });

    it('says how much was to be written where some is left, and not enough', (t) => {
      const place = smallPlace(t, 'size=1m');
      if (place === null) return;
      const [, said] = ended(place, shell, lines(whyUnwritten, sh`no_room releases 3145728`));
      assert.equal(
        said,
        `Too little space is left on ${join(place.path, 'releases')}: 1024 KB of 1 MB are free, and 3072 KB were to be written.`,
      );
      assert.deepEqual(ended(place, shell, lines(whyUnwritten, sh`no_room releases 1000 || echo room`))[1], 'room');
    });
  });
