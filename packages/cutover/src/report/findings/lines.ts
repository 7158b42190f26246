import type { HostName } from '../../model/host.ts';
import { cleanWord } from '../clean.ts';
import { type Paint, paintFor } from '../paint.ts';
import { count, hostList } from '../words.ts';
import { hanging, wrapped } from '../wrap.ts';
import type { Finding, Level } from './finding.ts';

/** What findings are drawn with; `columns` is null where no terminal is. */
export interface FindingView {
  readonly colour: boolean;
  readonly columns: number | null;
}

interface Drawn {
  readonly paint: Paint;
  readonly columns: number | null;
}

/** The findings of each host as a table, hosts with the same ones together, and what they come to. */
export function findingLines(findings: readonly Finding[], { colour, columns }: FindingView): readonly string[] {
  const view = { paint: paintFor(colour), columns };
  const byHost = [...Map.groupBy(findings, ({ host }) => host)];
  const groups = Map.groupBy(byHost, ([, own]) => JSON.stringify(own.map(({ host: _, ...rest }) => rest)));
  const blocks = [...groups.values()].map((same) =>
    block(
      same.map(([host]) => host),
      same[0]?.[1] ?? [],
      view,
    ),
  );
  return [
    ...blocks.flatMap((lines) => [...lines, '']),
    ...wrapped([summary(findings, byHost.length, view.paint)], columns),
  ];
}

function block(hosts: readonly HostName[], findings: readonly Finding[], view: Drawn): readonly string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const names = wrapped([hostList(hosts)], view.columns).map(view.paint.bold);
  return [...names, ...findings.flatMap((finding) => row(finding, width, view))];
}

function row({ name, level, sentence, mend, fixes }: Finding, width: number, view: Drawn): readonly string[] {
  const { paint, columns } = view;
  const head = `  ${mark(level, paint)} ${name.padEnd(width)}  `;
  const below = ' '.repeat(width + 6);
  const byFix = fixes.length > 0 ? ['"cutover check --fix" does it.'] : [];
  const advice = [...(mend === null ? [] : [cleanWord(mend)]), ...byFix].join(' ');
  return [
    ...hanging(head, cleanWord(sentence), columns),
    ...(advice === '' ? [] : hanging(`${below}${paint.dim('→')} `, advice, columns)),
  ];
}

function mark(level: Level, paint: Paint): string {
  if (level === 'ok') return paint.good('✓');
  return level === 'warning' ? paint.warn('!') : paint.bad('✗');
}

function summary(findings: readonly Finding[], hosts: number, paint: Paint): string {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const warned = warnings > 0 ? `, ${count(warnings, 'warning')}` : '';
  if (problems > 0)
    return `${mark('problem', paint)} ${count(problems, 'problem')}${warned}: a deployment would not succeed.`;
  const where = hosts === 1 ? 'The host is' : `All ${hosts} hosts are`;
  return `${mark('ok', paint)} ${where} ready for a deployment${warned}.`;
}
