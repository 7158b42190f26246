import { audit } from '../../audit/audit.ts';
import { parseAudit, parseLooked } from '../../audit/facts.ts';
import type { CacheFinding } from '../../audit/finding.ts';
import type { Host } from '../../model/host.ts';
import { releaseDir } from '../../model/layout.ts';
import type { ReleaseName } from '../../model/release.ts';
import type { Settings } from '../../model/settings.ts';
import { askCaches, cacheSecrets, keepsCachesOutside } from '../../plan/purge/asking.ts';
import { auditScript } from '../../plan/steps/audit.ts';
import type { Fleet } from '../../remote/session.ts';
import { lastLines } from '../../report/clean.ts';
import { failureSentence } from '../../report/sentences.ts';
import { lines, type Shell, sh } from '../../shell/text.ts';
import { capture } from '../capture.ts';

/** What the application of a release says of its caches, or why it could not be asked: a sentence. */
export type Asked = { readonly findings: readonly CacheFinding[] } | { readonly trouble: string };

/** Boots the application of a release on its host, audits what its config comes to, and asks the servers of its caches; changes nothing. */
export async function askRelease(
  fleet: Fleet,
  settings: Settings,
  { host, release, signal }: { readonly host: Host; readonly release: ReleaseName; readonly signal: AbortSignal },
): Promise<Asked> {
  const directory = releaseDir(host.deployPath, release);
  const script = lines(
    lookAround(host, settings, release),
    auditScript({ directory, release, php: host.php ?? settings.php }),
  );
  const needed = cacheSecrets(settings.caches);
  const secrets = Object.fromEntries(Object.entries(settings.secrets).filter(([name]) => needed.includes(name)));
  const captured = await capture(fleet, host.name, { script, signal, secrets });
  const facts = captured.ok ? parseAudit(captured.output) : null;
  if (facts !== null) return { findings: audit({ ...facts, looked: parseLooked(captured.output) }, settings) };
  const said = lastLines(captured.output, 5, false).join('\n');
  if (captured.ok || said !== '') return { trouble: said };
  return { trouble: failureSentence(captured.failure, { host: host.name, title: 'ask the application' }) };
}

/** What the servers say; that they cannot be asked is no trouble of the application's. */
function lookAround(host: Host, settings: Settings, release: ReleaseName): Shell | null {
  if (!keepsCachesOutside(settings)) return null;
  const asked = askCaches(host, settings, { do: 'look', releases: [release], kept: [], live: release });
  return sh`
    (
      cd ${host.deployPath}
      ${asked}
    ) 2>/dev/null || :`;
}
