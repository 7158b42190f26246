import { rules } from './audit.ts';

/** The page of all findings, made from what the audit looks for. */
export function findingsPage(): string {
  const entries = rules.flatMap(({ name, severity, finds, consequence }) => [
    `## ${name}`,
    '',
    `${severity === 'error' ? 'An error: a release like this is not put in service.' : 'A warning.'} ${finds}`,
    '',
    consequence,
    '',
  ]);
  return [
    '# Findings about caches',
    '',
    'What `cutover cache audit` and the audit of each deployment can find, by the names that never change. The finding itself tells the',
    "setting and the exact change that mends it. One is accepted by name, with a reason: `accept: { 'content-in-release': 'Only deployments",
    "change it.' }`. This page is generated.",
    '',
    ...entries,
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
