import type { HostFacts } from '../../model/facts.ts';
import { type ReleaseRecord, stateOf } from '../../model/release.ts';
import { shortId } from '../../model/revision.ts';
import { servedBy } from '../../plan/job.ts';
import { rollbackTargets } from '../../plan/keep.ts';
import { type ReleaseGroup, type ReleaseRow, releaseTables } from '../../report/tables.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { tellUnseen } from '../telling.ts';
import { lookOnly } from './look-only.ts';

/** `cutover releases`: the releases that each host has, and which of them can be gone back to. */
export async function releases(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const looked = await lookOnly(options, outside);
  if (looked === null) return Exit.usage;
  const groups = groupsOf(Object.entries(looked.facts));
  if (looked.unseen.length > 0) tellUnseen(looked.unseen, outside);
  const text = options.json
    ? JSON.stringify({ format: 1, project: looked.settings.project, stage: looked.settings.stage, groups }, null, 2)
    : releaseTables(groups, { nowMs: outside.nowMs(), colour: isColoured(options, outside) }).join('\n');
  outside.out(`${text}\n`);
  return looked.unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

function groupsOf(hosts: readonly (readonly [string, HostFacts])[]): readonly ReleaseGroup[] {
  const rows = hosts.map(([host, facts]) => ({ host, rows: rowsOf(facts) }));
  const groups = Map.groupBy(rows, (entry) => JSON.stringify(entry.rows));
  return [...groups.values()].map((same) => ({ hosts: same.map(({ host }) => host), rows: same[0]?.rows ?? [] }));
}

function rowsOf(facts: HostFacts): readonly ReleaseRow[] {
  const serves = servedBy(facts);
  const targets = new Set(rollbackTargets(facts).map((record) => record.name));
  const records = facts.records
    .toSorted((a, b) => (a.name < b.name ? 1 : -1))
    .map((record) => rowOf(record, { serves, targets }));
  const known = new Set(facts.records.map((record) => record.name));
  const strangers = facts.directories.filter((name) => !known.has(name)).map(strangerRow);
  return [...records, ...strangers];
}

function rowOf(
  record: ReleaseRecord,
  { serves, targets }: { serves: string | null; targets: ReadonlySet<string> },
): ReleaseRow {
  return {
    name: record.name,
    state: stateOf(record),
    revision: shortId(record.revision),
    ref: record.revision.ref,
    author: record.revision.author,
    message: record.revision.message,
    by: record.by,
    at: record.states.at(-1)?.at ?? null,
    marks: [
      ...(record.name === serves ? ['in service'] : []),
      ...(targets.has(record.name) ? ['can be rolled back to'] : []),
      ...(record.adoptedFrom === null ? [] : [`adopted from ${record.adoptedFrom}`]),
    ],
  };
}

function strangerRow(name: string): ReleaseRow {
  return {
    name,
    state: null,
    revision: null,
    ref: null,
    author: null,
    message: null,
    by: null,
    at: null,
    marks: ['no release of Cutover'],
  };
}
