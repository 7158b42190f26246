import type { CacheFinding } from '../../audit/finding.ts';
import type { HostName } from '../../model/host.ts';
import { cleanWord } from '../clean.ts';
import type { Finding } from './finding.ts';

/** What was found about the caches of the release in service, as rows of a check. */
export function cacheRows(
  host: HostName,
  asked: { readonly findings: readonly CacheFinding[] } | { readonly trouble: string },
): readonly Finding[] {
  const row = { name: 'caches', host, fixes: [] } as const;
  if ('trouble' in asked)
    return [
      {
        ...row,
        level: 'warning',
        sentence: `The application in service could not be asked: ${cleanWord(asked.trouble)}`,
        mend: null,
      },
    ];
  const open = asked.findings.filter(({ accepted }) => accepted === null);
  if (open.length === 0) return [{ ...row, level: 'ok', sentence: 'They are as they must be.', mend: null }];
  return open.map(({ name, severity, evidence, consequence, mend }) => ({
    ...row,
    level: severity === 'error' ? 'problem' : 'warning',
    sentence: `${name}: ${cleanWord(evidence)} ${consequence}`,
    mend: `${mend.what} "cutover cache audit" shows the lines.`,
  }));
}
