import { posix } from 'node:path/posix';
import type { DeploymentId } from '../model/deployment.ts';
import type { ReleaseRecord } from '../model/release.ts';
import { putFileFunction } from '../shell/durable.ts';
import { lines, type Shell, sh } from '../shell/text.ts';

/*
 * Scripts that write release records. They run in the deploy path, under the lock. A record is written whole under another name and
 * renamed, so that no reader meets half of it; the last state gets its time from the host's own clock.
 */

/** Writes the record of a release that nobody has claimed; fails when there is one. */
export function claimRecord(record: ReleaseRecord): Shell {
  const file = recordPath(record);
  const fresh = sh`"$hold/"${posix.basename(file)}`;
  return lines(
    putFileFunction,
    sh`printf '%s\n' ${textOf(record)} > ${fresh}`,
    sh`flushed ${fresh}`,
    sh`ln ${fresh} ${file}`,
    sh`rm -f ${fresh}`,
    sh`flushed ${posix.dirname(file)}`,
  );
}

/** Writes a record over the one before it. */
export function putRecord(record: ReleaseRecord): Shell {
  return lines(putFileFunction, sh`put_file ${recordPath(record)} ${textOf(record)}`);
}

/** Writes a record whose times are all known. */
export function keepRecord(record: ReleaseRecord): Shell {
  return lines(putFileFunction, sh`put_file ${recordPath(record)} ${JSON.stringify(record)}`);
}

/** The text by which scripts know whose a record or a lock is: both are JSON of ours on one line. */
export function deploymentMark(deployment: DeploymentId): string {
  return `"deployment":${JSON.stringify(deployment)}`;
}

/** Whether the record on the host is one that this deployment made, as a shell condition. */
export function isOurRecord(record: ReleaseRecord): Shell {
  const mark = deploymentMark(record.deployment);
  return sh`grep -qF ${mark} ${recordPath(record)} 2>/dev/null`;
}

function recordPath(record: ReleaseRecord): string {
  return posix.join('.cutover/releases', `${record.name}.json`);
}

/** The record as one word of shell; its last moment is the host's own. */
function textOf(record: ReleaseRecord): Shell {
  const before = record.states.slice(0, -1);
  const last = record.states.at(-1);
  if (!last) throw new TypeError(`The record of ${record.name} has no state.`);
  const { states: _, ...rest } = record;
  const head = `${JSON.stringify(rest).slice(0, -1)},"states":[${before.map((entry) => `${JSON.stringify(entry)},`).join('')}{"state":"${last.state}","at":"`;
  return sh`${head}"$(date -u +%Y-%m-%dT%H:%M:%SZ)"${'"}]}'}`;
}
