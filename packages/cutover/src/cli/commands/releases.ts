import type { HostFacts } from '../../model/facts.ts';
import { byName, hasServed, type ReleaseName, type ReleaseRecord, stateOf } from '../../model/release.ts';
import { shortId } from '../../model/revision.ts';
import { servedBy } from '../../plan/job.ts';
import { rollbackTargets } from '../../plan/keep.ts';
import {
  noCodeSentence,
  type ReleaseGroup,
  type ReleaseRow,
  releaseTables,
  type TableView,
} from '../../report/tables.ts';
import { unrecordedMarks } from '../../report/unrecorded.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { viewOf } from '../paint.ts';
import { tellUnseen } from '../telling.ts';
import { type Found, lookOnly } from './look-only.ts';

/** `cutover releases`: the releases that each host has, and which of them can be gone back to. */
export async function releases(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const looked = await lookOnly(options, outside);
  if (looked === null) return Exit.usage;
  const { settings, coded, facts } = looked;
  const groups = groupsOf(coded.flatMap(({ name }) => (facts[name] ? [[name, facts[name]] as const] : [])));
  if (looked.unseen.length > 0) await tellUnseen(looked.unseen, outside);
  const text = options.json
    ? JSON.stringify({ format: 1, project: settings.project, stage: settings.stage, groups }, null, 2)
    : linesOf(groups, looked, viewOf(options, outside)).join('\n');
  outside.out(`${text}\n`);
  return looked.unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

function linesOf(groups: readonly ReleaseGroup[], { settings, coded }: Found, view: TableView): readonly string[] {
  return coded.length === 0 ? [noCodeSentence(settings.hosts)] : releaseTables(groups, view);
}

function groupsOf(hosts: readonly (readonly [string, HostFacts])[]): readonly ReleaseGroup[] {
  const rows = hosts.map(([host, facts]) => ({ host, rows: rowsOf(facts) }));
  const groups = Map.groupBy(rows, (entry) => JSON.stringify(entry.rows));
  return [...groups.values()].map((same) => ({ hosts: same.map(({ host }) => host), rows: same[0]?.rows ?? [] }));
}

function rowsOf(facts: HostFacts): readonly ReleaseRow[] {
  const marksOf = marksFor(facts);
  const records = facts.records.toSorted((a, b) => byName(b.name, a.name));
  const known = new Set(records.map((record) => record.name));
  const strangers = facts.directories.filter((name) => !known.has(name));
  return [
    ...records.map((record) => rowOf(record, marksOf(record.name), facts)),
    ...strangers.map((name) => ({ ...nothing, name, marks: marksOf(name) })),
  ];
}

function rowOf(record: ReleaseRecord, marks: readonly string[], facts: HostFacts): ReleaseRow {
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
      ...marks,
      ...(hasServed(record) ? goneMarks(record.name, facts) : []),
      ...(record.adoptedFrom === null ? [] : [`adopted from ${record.adoptedFrom}`]),
    ],
  };
}

/** What is to be known of any release of a host. */
function marksFor(facts: HostFacts): (name: ReleaseName) => readonly string[] {
  const [serves, targets] = [servedBy(facts), new Set(rollbackTargets(facts).map(({ name }) => name))];
  return (name) => [
    ...(name === serves ? ['in service'] : []),
    ...(targets.has(name) ? ['can be rolled back to'] : []),
    ...unrecordedMarks(name, facts),
  ];
}

function goneMarks(name: ReleaseName, { current, directories }: HostFacts): readonly string[] {
  if (directories.includes(name)) return [];
  const isNamed = current.kind === 'release' && current.release === name;
  return [isNamed ? 'current names it, but its directory is gone' : 'its directory is gone'];
}

/** What a release without a record tells of itself. */
const nothing = { state: null, revision: null, ref: null, author: null, message: null, by: null, at: null };
