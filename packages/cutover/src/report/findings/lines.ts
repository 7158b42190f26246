import type { HostName } from '../../model/host.ts';
import { cleanWord } from '../clean.ts';
import { type Paint, paintFor } from '../paint.ts';
import { count, hostList } from '../words.ts';
import type { Finding, Level } from './finding.ts';

/** The findings of each host as a table, hosts with the same ones together, and what they come to. */
export function findingLines(findings: readonly Finding[], colour: boolean): readonly string[] {
  const paint = paintFor(colour);
  const byHost = [...Map.groupBy(findings, ({ host }) => host)];
  const groups = Map.groupBy(byHost, ([, own]) => JSON.stringify(own.map(({ host: _, ...rest }) => rest)));
  const blocks = [...groups.values()].map((same) =>
    block(
      same.map(([host]) => host),
      same[0]?.[1] ?? [],
      paint,
    ),
  );
  return [...blocks.flatMap((lines) => [...lines, '']), summary(findings, byHost.length, paint)];
}

function block(hosts: readonly HostName[], findings: readonly Finding[], paint: Paint): readonly string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return [paint.bold(hostList(hosts)), ...findings.flatMap((finding) => row(finding, width, paint))];
}

function row({ name, level, sentence, mend, fixes }: Finding, width: number, paint: Paint): readonly string[] {
  const head = `  ${mark(level, paint)} ${name.padEnd(width)}  `;
  const below = ' '.repeat(width + 6);
  const byFix = fixes.length > 0 ? ['"cutover check --fix" does it.'] : [];
  const advice = [...(mend === null ? [] : [cleanWord(mend)]), ...byFix].join(' ');
  return [`${head}${cleanWord(sentence)}`, ...(advice === '' ? [] : [`${below}${paint.dim('→')} ${advice}`])];
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
