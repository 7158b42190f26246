import type { CacheFinding } from '../audit/finding.ts';
import { cleanWord } from './clean.ts';
import { paintFor } from './paint.ts';
import { count } from './words.ts';

/** The findings of an audit as lines: what was seen, what would happen, and the change that mends it. */
export function auditLines(findings: readonly CacheFinding[], colour: boolean): readonly string[] {
  const paint = paintFor(colour);
  const open = findings.filter(({ accepted }) => accepted === null);
  const errors = open.filter(({ severity }) => severity === 'error');
  const blocks = [...errors, ...open.filter(({ severity }) => severity === 'warning')].map((finding) => [
    `${finding.severity === 'error' ? paint.bad('✗') : paint.warn('!')} ${finding.name}: ${cleanWord(finding.evidence)}`,
    `    ${finding.consequence}`,
    ...mendLines(finding).map((line) => `    ${line}`),
  ]);
  const accepted = findings.filter((finding) => finding.accepted !== null).map(({ name }) => name);
  return [
    ...blocks.flat(),
    ...(accepted.length > 0 ? [`Accepted in the config: ${accepted.join(', ')}.`] : []),
    ...(errors.length > 0
      ? [
          `${count(errors.length, 'error')}: a release like this is not put in service. Accept one by name with a reason: accept: { '${errors[0]?.name}': '…' }.`,
        ]
      : []),
  ];
}

function mendLines({ mend, page }: CacheFinding): readonly string[] {
  const { change } = mend;
  if (change === null) return [`→ ${mend.what} (${page})`];
  return [
    `→ ${mend.what} (${page})`,
    `  ${change.file}`,
    ...(change.before === '' ? [] : change.before.split('\n').map((line) => `  - ${line}`)),
    ...change.after.split('\n').map((line) => `  + ${line}`),
  ];
}
