import { posix } from 'node:path/posix';
import type { DeploymentId } from '../model/deployment.ts';
import { recordsDir } from '../model/layout.ts';
import { type ReleaseRecord, stateOf } from '../model/release.ts';
import { flushAll, putFilesFunction } from '../shell/durable.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { momentAfter } from './keep.ts';

/*
 * Scripts that write release records. They run in the deploy path, under the lock. A record is written whole under another name and
 * renamed, so that no reader meets half of it; the last state gets its time from the host's own clock.
 */

/**
 * Writes the record of a release whose name nobody has had; fails when there is one. Who began in the same second and lost the race for the locks may have had
 * the name for a moment, and has taken all back: such a release is none. It is not flushed: a release that is being built does not outlive a power cut, and an empty
 * record, which is what the cut may leave, counts as none.
 */
export function claimRecord(record: ReleaseRecord): Shell {
  const draft = `claim-${fileOf(record)}`;
  const path = pathOf(record);
  return lines(
    putFilesFunction,
    standsFunction,
    now,
    sh`draft_file ${draft} ${textOf(record)}`,
    sh`
      is_undone() { stands ${path} failed && [ ! -e ${`releases/${record.name}`} ] && ! grep -qF '"state":"live"' ${path}; }
      if is_undone; then mv -f "$hold/"${draft} ${path}; else ln "$hold/"${draft} ${path}; fi`,
  );
}

/** Writes records over those before them; their last states are later than `after`, whatever the clock of the host says. */
export function putRecords(records: readonly ReleaseRecord[], after: string | null = null): Shell {
  return lines(putFilesFunction, now, after === null ? null : laterThan(after), putAll(records));
}

/** Drafts what `putDrafted` puts in place, for a flush that is to come in any case; fails as one command where a part of it does. The last states are later than `after`, whatever the clock of the host says. */
export function draftRecords(records: readonly ReleaseRecord[], after: string | null): Shell {
  const drafts = records.reduce(
    (drafted, record) => sh`${drafted} && draft_file ${fileOf(record)} ${textOf(record)}`,
    after === null ? now : sh`${now} && { ${laterThan(after)}; }`,
  );
  return lines(putFilesFunction, drafts);
}

/** Puts records in place that were drafted, and have reached the disk since. */
export function putDrafted(records: readonly ReleaseRecord[]): Shell {
  const directory = recordsDir('.');
  const drafts = records.reduce((command, record) => sh`${command} "$hold/"${fileOf(record)}`, sh`mv -f`);
  return lines(putFilesFunction, sh`${drafts} ${directory} && flushed ${directory}`);
}

/**
 * Writes records whose times are all known, unless they stand as they should: what could not be changed need not be changed back, and a
 * disk that is full would have no room for it.
 */
export function keepRecords(records: readonly ReleaseRecord[]): Shell {
  return lines(
    putFilesFunction,
    standsFunction,
    sh`set --`,
    ...records.map(
      (record) =>
        sh`stands ${pathOf(record)} ${stateOf(record)} || set -- "$@" ${fileOf(record)} ${JSON.stringify(record)}`,
    ),
    putGathered,
  );
}

/** Writes records over those before them, as they are. What has none any more was removed meanwhile, and stays so. */
export function replaceRecords(records: readonly ReleaseRecord[]): Shell {
  return lines(
    putFilesFunction,
    sh`set --`,
    ...records.map(
      (record) => sh`[ ! -e ${pathOf(record)} ] || set -- "$@" ${fileOf(record)} ${JSON.stringify(record)}`,
    ),
    putGathered,
  );
}

/** What was gathered as arguments. */
const putGathered = sh`[ $# -eq 0 ] || put_files ${recordsDir('.')} "$@"`;

/** `stands FILE STATE`: whether that is the last state of the record. */
const standsFunction = sh`
  stands() {
    told=
    { IFS= read -r told < "$1"; } 2>/dev/null || :
    told=\${told##*'{"state":"'}
    [ "\${told%%'"'*}" = "$2" ]
  }`;

/**
 * Writes a record over the one before it, and flushes it with all else on the file systems of the deploy path. The new name itself
 * reaches the disk before anything that is renamed after it: journals of file systems keep the order.
 */
export function putRecordFlushingAll(record: ReleaseRecord): Shell {
  return lines(
    putFilesFunction,
    now,
    sh`draft_file ${fileOf(record)} ${textOf(record)}`,
    flushAll('releases', '.cutover'),
    sh`mv -f "$hold/"${fileOf(record)} ${pathOf(record)}`,
  );
}

function putAll(records: readonly ReleaseRecord[]): Shell {
  return records.reduce(
    (command, record) => sh`${command} ${fileOf(record)} ${textOf(record)}`,
    sh`put_files ${recordsDir('.')}`,
  );
}

/** The text by which scripts know whose a record or a lock is: both are JSON of ours on one line. */
export function deploymentMark(deployment: DeploymentId): string {
  return `"deployment":${JSON.stringify(deployment)}`;
}

/** Whether the record on the host is one that this deployment made, as a shell condition. */
export function isOurRecord(record: ReleaseRecord): Shell {
  const mark = deploymentMark(record.deployment);
  return sh`grep -qF ${mark} ${pathOf(record)} 2>/dev/null`;
}

function fileOf(record: ReleaseRecord): string {
  return `${record.name}.json`;
}

function pathOf(record: ReleaseRecord): string {
  return posix.join(recordsDir('.'), fileOf(record));
}

/** The moment by the host's own clock, in UTC. */
const now = sh`now=$(date -u +%Y-%m-%dT%H:%M:%SZ)`;

/** Text of one form is in the order of time. */
function laterThan(moment: string): Shell {
  return sh`[ "$now" \> ${moment} ] || now=${momentAfter(moment)}`;
}

/** The record as one word of shell; its last moment is `$now`. */
function textOf(record: ReleaseRecord): Shell {
  const before = record.states.slice(0, -1);
  const last = record.states.at(-1);
  if (!last) throw new TypeError(`The record of ${record.name} has no state.`);
  const { states: _, ...rest } = record;
  const head = `${JSON.stringify(rest).slice(0, -1)},"states":[${before.map((entry) => `${JSON.stringify(entry)},`).join('')}{"state":"${last.state}","at":"`;
  return sh`${head}"$now"${'"}]}'}`;
}
