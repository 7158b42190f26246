import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { exactFunctions } from '../../packages/cutover/src/plan/steps/exact.ts';
import { lines, type Shell, sh } from '../../packages/cutover/src/shell/text.ts';
import { machineLoad } from '../kit/load.ts';
import { makeRepository } from '../kit/repository.ts';
import { median } from '../kit/statistics.ts';
import { table } from '../kit/table.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';

/*
 * What a new release costs on the host alone, by three ways that all prove what they made: `node bench/release/main.ts [--files 9800]
 * [--changed 20] [--runs 5]`. TMPDIR chooses the file system.
 */

exitOnSignals();
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '9800' },
    changed: { type: 'string', default: '20' },
    runs: { type: 'string', default: '5' },
  },
});
const [files, changed, runs] = [values.files, values.changed, values.runs].map(Number);

/** What is measured, and what is done before nobody looks at the time. */
const ways: Readonly<Record<string, { readonly before: Shell; readonly timed: Shell }>> = {
  'all files from the objects': { before: sh`mkdir new`, timed: sh`git archive "$new" | tar -xmf - -C new` },
  'a copy of the release before, hashed': {
    before: sh`mkdir old; git archive "$old" | tar -xmf - -C old`,
    timed: sh`
      cp -a old new
      cd new
      exact read-tree "$old"
      exact update-index -q --refresh || :
      become "$new"`,
  },
  'a spare': {
    before: sh`
      mkdir new
      (cd new && exact read-tree "$old" && exact checkout-index -q -a && sleep 1.1 && exact update-index -q --refresh)`,
    timed: sh`cd new; become "$new"`,
  },
};

await bench({ files: files ?? 0, changed: changed ?? 0 }, runs ?? 1);

async function bench(size: { readonly files: number; readonly changed: number }, count: number): Promise<void> {
  const load = machineLoad();
  using temporary = await temporaryDirectory();
  const identity = {
    GIT_AUTHOR_NAME: 'B',
    GIT_AUTHOR_EMAIL: 'b@b',
    GIT_COMMITTER_NAME: 'B',
    GIT_COMMITTER_EMAIL: 'b@b',
  };
  const repository = await makeRepository(temporary.path, { ...process.env, ...identity }, size);
  await repository.change();
  const taken = Object.fromEntries(Object.keys(ways).map((name) => [name, [] as number[]]));
  for (let run = 0; run < count; run += 1) {
    for (const name of Object.keys(ways)) {
      const place = join(temporary.path, `${run}-${name.length}`);
      await mkdir(place);
      taken[name]?.push(measured(name, place, repository.origin));
      execFileSync('rm', ['-rf', place]);
    }
  }
  const rows = Object.entries(taken).map(([name, ms]) => [name, String(Math.round(median(ms))), ms.join(' ')]);
  console.log(
    `${size.files} files, ${size.changed} changed; ms on the host, medians of ${count}. Load: ${load} before, ${machineLoad()} after.`,
  );
  console.log(table([['', 'ms', 'all'], ...rows]));
}

function measured(name: string, place: string, repository: string): number {
  const way = ways[name];
  if (!way) throw new TypeError(`There is no way ${name}.`);
  const script = lines(
    sh`
      set -eu
      cd ${place}
      export GIT_DIR=${repository} GIT_INDEX_FILE=${join(place, 'index')} GIT_WORK_TREE=${join(place, 'new')}
      old=$(git rev-parse 'main~1^{tree}') new=$(git rev-parse 'main^{tree}')`,
    exactFunctions,
    way.before,
    sh`began=$(date +%s%N)`,
    sh`(`,
    way.timed,
    sh`)`,
    sh`echo $((($(date +%s%N) - began) / 1000000))`,
  );
  return Number(
    execFileSync('sh', ['-c', String(script)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1),
  );
}
