import type { HostFacts } from '../../model/facts.ts';
import { stateOf } from '../../model/release.ts';
import { shortId } from '../../model/revision.ts';
import { servedBy } from '../../plan/job.ts';
import { activationNotes, noteLines } from '../../report/activations.ts';
import { lockMark, lockNotes } from '../../report/holder.ts';
import { processNotes } from '../../report/processes.ts';
import { failureSentence } from '../../report/sentences.ts';
import { type StatusRow, statusTable } from '../../report/tables.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Unseen } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { unseenLines } from '../telling.ts';
import { lookOnly } from './look-only.ts';

/** `cutover status`: what each host serves, who holds its lock, and what is not as it should be. */
export async function status(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const looked = await lookOnly(options, outside);
  if (looked === null) return Exit.usage;
  const { settings, facts, unseen, content } = looked;
  const rows = settings.hosts
    .filter((host) => host.receivesCode)
    .map((host) => {
      const found = facts[host.name];
      return found ? rowOf(host.name, found, content[host.name]) : unseenRow(host.name, unseen);
    });
  const text = options.json
    ? JSON.stringify({ format: 1, project: settings.project, stage: settings.stage, hosts: rows }, null, 2)
    : [
        ...statusTable(
          rows.map((row) => (facts[row.host] ? row : inShort(row))),
          { nowMs: outside.nowMs(), colour: isColoured(options, outside) },
        ),
        ...noteLines(rows),
        ...differences(rows.filter(({ host }) => facts[host] !== undefined)),
        ...unseen.flatMap(unseenLines),
      ].join('\n');
  outside.out(`${text}\n`);
  return unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

function rowOf(host: string, facts: HostFacts, content: string | undefined): StatusRow {
  const name = servedBy(facts);
  const record = facts.records.find((entry) => entry.name === name) ?? null;
  return {
    host,
    name,
    state: record && stateOf(record),
    revision: record && shortId(record.revision),
    ref: record && record.revision.ref,
    by: record && record.by,
    at: record?.states.at(-1)?.at ?? null,
    marks: marksOf(facts),
    notes: [
      ...lockNotes(facts.lock),
      ...activationNotes(facts),
      ...processNotes(facts),
      ...(content === undefined ? [] : [content]),
    ],
  };
}

function marksOf(facts: HostFacts): readonly string[] {
  const { current, lock, deployPath } = facts;
  return [
    ...(deployPath.kind === 'missing' ? ['nothing deployed yet'] : []),
    ...(current.kind === 'real' ? ['current is a real directory'] : []),
    ...(current.kind === 'elsewhere' ? [`current leads to ${current.target}`] : []),
    ...(current.kind === 'release' && !current.exists ? [`current names ${current.release}, which is gone`] : []),
    ...(lock.kind === 'held' ? [lockMark(lock.holder)] : []),
    ...(lock.kind === 'unnamed' ? ['locked by nobody knows whom'] : []),
  ];
}

function unseenRow(host: string, unseen: readonly Unseen[]): StatusRow {
  const why = unseen.find((entry) => entry.host.name === host);
  const mark = why ? failureSentence(why.failure, { host, title: null }) : 'was not looked at';
  return { host, name: null, state: null, revision: null, ref: null, by: null, at: null, marks: [mark], notes: [] };
}

/** Why it could not be asked is too long for a table: it is told below. */
function inShort(row: StatusRow): StatusRow {
  return { ...row, marks: ['could not be asked'] };
}

function differences(rows: readonly StatusRow[]): readonly string[] {
  const names = new Set(rows.map((row) => row.name));
  return names.size > 1 ? ['', 'The hosts do not serve the same release.'] : [];
}
