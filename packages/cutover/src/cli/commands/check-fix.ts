import type { Fix } from '../../model/fix.ts';
import type { HostName } from '../../model/host.ts';
import { fixCommand, fixScript } from '../../plan/doctor/fixes.ts';
import type { Fleet } from '../../remote/session.ts';
import { cleanWord, lastLines } from '../../report/clean.ts';
import type { Finding } from '../../report/findings/finding.ts';
import { failureSentence } from '../../report/sentences.ts';
import { agreed } from '../ask.ts';
import { capture } from '../capture.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';

/** What is done on one host. */
interface HostFixes {
  readonly host: HostName;
  readonly fixes: readonly Fix[];
}

/** What came of it: `declined` where nobody agreed, so nothing was changed. */
export type Fixed = 'nothing-to-fix' | 'declined' | 'failed' | 'done';

/** Shows what would be changed, asks, and changes it. Findings that it cannot mend stay as they are. */
export async function fixFindings(
  findings: readonly Finding[],
  parts: { readonly fleet: Fleet; readonly options: StageOptions; readonly outside: Outside },
): Promise<Fixed> {
  const { fleet, options, outside } = parts;
  const wanted = fixesOf(findings);
  if (wanted.length === 0) {
    outside.err('There is nothing here that --fix may change.\n');
    return 'nothing-to-fix';
  }
  for (const { host, fixes } of wanted)
    for (const fix of fixes) outside.err(`${host}: ${cleanWord(String(fixCommand(fix)))}\n`);
  if (!(await agreed('Do this?', { options, outside }))) return 'declined';
  const ended = await Promise.all(wanted.map((one) => fixHost(fleet, one)));
  for (const trouble of ended) if (trouble !== null) outside.err(`${trouble}\n`);
  return ended.every((trouble) => trouble === null) ? 'done' : 'failed';
}

function fixesOf(findings: readonly Finding[]): readonly HostFixes[] {
  const byHost = Map.groupBy(
    findings.filter(({ fixes }) => fixes.length > 0),
    ({ host }) => host,
  );
  return [...byHost].map(([host, own]) => ({ host, fixes: own.flatMap(({ fixes }) => fixes) }));
}

/** What went wrong, as a sentence; null when all was done. */
async function fixHost(fleet: Fleet, { host, fixes }: HostFixes): Promise<string | null> {
  const { signal } = new AbortController();
  const ran = await capture(fleet, host, { script: fixScript(fixes), signal });
  if (ran.ok) return null;
  const said = lastLines(ran.output, 3, false).join(' ');
  return `${failureSentence(ran.failure, { host, title: 'check --fix' })} ${said}`.trimEnd();
}
