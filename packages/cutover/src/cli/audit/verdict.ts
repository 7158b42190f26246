import { audit, stops } from '../../audit/audit.ts';
import { parseAudit } from '../../audit/facts.ts';
import type { Heard, Verdict } from '../../engine/world.ts';
import type { Settings } from '../../model/settings.ts';
import type { Judged } from '../../plan/plan.ts';
import { auditLines } from '../../report/audit.ts';

/** What the answer of an application means for the deployment: a release that served before has only to boot. */
export function verdictOn(what: Judged, { output, code }: Heard, settings: Settings): Verdict {
  const facts = parseAudit(output);
  if (facts === null) return { said: output, refused: code === 0 };
  const findings = audit(facts, settings);
  const said = auditLines(findings, false).join('\n');
  return { said: said === '' ? '' : `${said}\n`, refused: what === 'caches' && stops(findings) };
}
