import type { HostFacts } from '../../model/facts.ts';
import type { Host } from '../../model/host.ts';
import { stateOf } from '../../model/release.ts';
import { shortId } from '../../model/revision.ts';
import type { Settings } from '../../model/settings.ts';
import { strangersAt } from '../../plan/adoption.ts';
import { type Site, servedBy } from '../../plan/job.ts';
import { activationNotes, noteLines } from '../../report/activations.ts';
import { lockMark, lockNotes } from '../../report/holder.ts';
import { processNotes } from '../../report/processes.ts';
import { failureSentence } from '../../report/sentences.ts';
import { strangerNote } from '../../report/strangers.ts';
import { noCodeSentence, type StatusRow, statusTable, type TableView } from '../../report/tables.ts';
import { unreachedLines } from '../../report/unreached.ts';
import { intrusionNotes, unrecordedMarks } from '../../report/unrecorded.ts';
import { wrapped } from '../../report/wrap.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Unseen } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { viewOf } from '../paint.ts';
import { type Found, lookOnly } from './look-only.ts';

/** `cutover status`: what each host serves, who holds its lock, and what is not as it should be. */
export async function status(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const looked = await lookOnly(options, outside);
  if (looked === null) return Exit.usage;
  const { settings, coded, facts, unseen, content } = looked;
  const rows = coded.map((host) => {
    const found = facts[host.name];
    return found ? rowOf(host, found, { settings, content: content[host.name] }) : unseenRow(host.name, unseen);
  });
  const text = options.json
    ? JSON.stringify({ format: 1, project: settings.project, stage: settings.stage, hosts: rows }, null, 2)
    : linesOf(rows, looked, viewOf(options, outside)).join('\n');
  outside.out(`${text}\n`);
  return unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

function linesOf(rows: readonly StatusRow[], { settings, facts, unseen }: Found, view: TableView): readonly string[] {
  const shown = rows.map((row) => (facts[row.host] ? row : inShort(row)));
  return [
    ...(shown.length === 0 ? [noCodeSentence(settings.hosts)] : statusTable(shown, view)),
    ...wrapped(
      [
        ...noteLines(rows),
        ...differences(rows.filter(({ host }) => facts[host] !== undefined)),
        ...unreachedLines(unseen),
      ],
      view.columns,
    ),
  ];
}

function rowOf(
  host: Host,
  facts: HostFacts,
  { settings, content }: { settings: Settings; content: string | undefined },
): StatusRow {
  const name = servedBy(facts);
  const record = facts.records.find((entry) => entry.name === name) ?? null;
  return {
    host: host.name,
    name,
    state: record && stateOf(record),
    revision: record && shortId(record.revision),
    ref: record && record.revision.ref,
    by: record && record.by,
    at: record?.states.at(-1)?.at ?? null,
    marks: [...servingMarks(facts), ...lockMarks(facts)],
    notes: [
      ...strangerNotes(host.deployPath, { facts, serves: name }, settings.project),
      ...lockNotes(facts.lock, settings),
      ...activationNotes(facts),
      ...intrusionNotes(facts),
      ...processNotes(facts),
      ...(content === undefined ? [] : [content]),
    ],
  };
}

function strangerNotes(path: string, site: Pick<Site, 'facts' | 'serves'>, project: string): readonly string[] {
  const owner = strangersAt(site, project)[0]?.project ?? null;
  return owner === null ? [] : [strangerNote({ path, owner, project })];
}

/** What is to be known of what `current` names; where all is well, nothing. */
function servingMarks(facts: HostFacts): readonly string[] {
  const { current, deployPath } = facts;
  if (deployPath.kind === 'missing') return ['nothing deployed yet'];
  if (current.kind === 'nothing') return ['nothing in service'];
  if (current.kind === 'real') return ['current is a real directory'];
  if (current.kind === 'elsewhere') return [`current leads to ${current.target}`];
  if (!current.exists) return [`current names ${current.release}, which is gone`];
  return unrecordedMarks(current.release, facts);
}

function lockMarks({ lock }: HostFacts): readonly string[] {
  if (lock.kind === 'held') return [lockMark(lock.holder)];
  return lock.kind === 'unnamed' ? ['locked by nobody knows whom'] : [];
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
