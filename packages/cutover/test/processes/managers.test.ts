import assert from 'node:assert/strict';
import { readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { AppProcess } from '../../src/model/process.ts';
import { retirePhase } from '../../src/plan/running.ts';
import { retireProcesses } from '../../src/plan/steps/retire-processes.ts';
import { startProcess } from '../../src/plan/steps/start-process.ts';
import { processNotes } from '../../src/report/processes.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { type Place, placeFor, placeRelease } from '../kit/place.ts';
import { makeTools, pathOf } from '../kit/tools.ts';
import { aProcess } from '../kit/wishes.ts';

/*
 * systemd does not run everywhere that tests run, and PM2 is not installed: programs stand in for them that write down what they were asked and
 * answer as the real ones do. They prove what is said to the managers; what a real systemd makes of it, for the system and for a user, is in integration/systemd.test.ts.
 */
const recorder = `printf '%s\\n' "$(basename "$0") $*" >> "$RECORD"`;
const programs = {
  systemctl: `${recorder}\ncase $* in *is-active*) [ -e "$RECORD.up" ] ;; *start*) : > "$RECORD.up" ;; *stop*) rm -f "$RECORD.up" ;; esac`,
  sudo: `shift\nexec "$@"`,
  pm2: `${recorder}\ncase $1 in pid) if [ -e "$RECORD.up" ]; then echo 4711; else echo; fi ;; start) : > "$RECORD.up" ;; delete) rm -f "$RECORD.up" ;; esac`,
};

const unit = `shop-production-mailer@${placeRelease}`;
const told: Readonly<Record<'systemd' | 'pm2', readonly string[]>> = {
  systemd: [
    `systemctl start ${unit}.service`,
    `systemctl enable --quiet ${unit}.service`,
    `systemctl stop ${unit}.service`,
    `systemctl disable --quiet ${unit}.service`,
  ],
  pm2: [`pm2 start .cutover/processes/${placeRelease}/mailer/pm2.json`, `pm2 delete ${unit}`],
};

describe('another manager of processes', () => {
  for (const [manager, lines] of Object.entries(told)) {
    it(`is told to start and to stop exactly the process of the release: ${manager}`, (t) => {
      const place = placeFor(t, hostWith([]));
      const record = join(place.directory, 'record');
      const tools = makeTools(join(place.directory, 'tools'), { instead: programs });
      const process = aProcess('mailer', { manager: manager as AppProcess['manager'], env: { GREETING: 'a "b" $c' } });
      const step = startProcess(place.job, place.site, process);
      const how = { first: pathOf(tools), env: { RECORD: record } };
      const started = place.run(step.script, how);
      assert.equal(started.status, 0, started.said);
      if (manager !== 'pm2') {
        const file = join(place.path, '.cutover/processes', placeRelease, 'mailer/environment');
        assert.equal(statSync(file).mode & 0o777, 0o600);
        assert.match(readFileSync(file, 'utf8'), /^GREETING="a \\"b\\" \\\$c"$/m);
      }
      symlinkSync(`releases/${placeRelease}`, join(place.path, 'current'));
      const kept = place.run(retireOthers(place, process), how);
      assert.equal(kept.status, 0, kept.said);
      rmSync(join(place.path, 'current'));
      const stopped = place.run(step.undo.kind === 'step' ? step.undo.script : 'exit 1', how);
      assert.equal(stopped.status, 0, stopped.said);
      const asked = readFileSync(record, 'utf8').trim().split('\n');
      assert.deepEqual(
        asked.filter((line) => !/is-active|is-enabled| show |pm2 pid/.test(line)),
        lines,
      );
    });
  }
});

it('what PM2 keeps is ended by a config that has no process any more, though no look can tell whether it runs', (t) => {
  const place = placeFor(t, hostWith([]));
  const old = { release: '20260301100000', name: 'mailer', state: 'unknown', unit: null } as const;
  const entry = `shop-production-mailer@${old.release}`;
  const directory = `.cutover/processes/${old.release}/mailer`;
  place.write({ [`${directory}/manager`]: `pm2 ${entry}\n`, [`${directory}/ends`]: 'TERM 0 100\n', 'record.up': '' });
  symlinkSync(`releases/${placeRelease}`, join(place.path, 'current'));
  const site = { ...place.site, facts: { ...place.site.facts, processes: [old] } };
  const [step] = Object.values(retirePhase(place.job, [site])?.steps ?? {}).flat();
  const [tools, record] = [
    makeTools(join(place.directory, 'tools'), { instead: programs }),
    join(place.path, 'record'),
  ];
  const unasked = place.run(String(step?.script), {
    first: pathOf(makeTools(join(place.directory, 'none'), { without: ['pm2'] })),
  });
  assert.equal(unasked.status, 1, unasked.said);
  assert.equal(unasked.said, `Whether PM2 still runs ${entry} could not be asked: pm2 is not found here.\n`);
  const ended = place.run(String(step?.script), { first: pathOf(tools), env: { RECORD: record } });
  assert.equal(ended.status, 0, ended.said);
  assert.equal(ended.said, `Stopped mailer of ${old.release}.\n`);
  assert.match(readFileSync(record, 'utf8'), new RegExp(`^pm2 delete ${entry}$`, 'm'));
  assert.deepEqual(
    processNotes({ processes: [old], current: { kind: 'release', release: old.release, exists: true } }),
    [],
  );
});

it('a process that systemd had to start again did not become healthy', (t) => {
  const place = placeFor(t, hostWith([]));
  const systemctl = 'case $* in *NRestarts*) echo 1 ;; *status*) echo "status=3" ;; esac';
  const tools = makeTools(join(place.directory, 'tools'), { instead: { ...programs, systemctl } });
  const step = startProcess(place.job, place.site, aProcess('mailer', { manager: 'systemd' }));
  const started = place.run(step.script, { first: pathOf(tools) });
  assert.equal(started.status, 1, started.said);
  assert.match(
    started.said,
    /ended instead of becoming healthy\.\nstatus=3\nThe journal has all that it said: shop-production-mailer@/,
  );
});

function retireOthers({ job, site }: Place, process: AppProcess): string {
  const settings = { ...job.wish.settings, processes: [process] };
  return retireProcesses({ ...job, wish: { ...job.wish, settings } }, site).script;
}
