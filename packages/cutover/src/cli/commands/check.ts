import { maskSecrets } from '../../events/mask.ts';
import { servesVisitors } from '../../model/app.ts';
import type { HostFacts } from '../../model/facts.ts';
import type { Host } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import { askPool } from '../../plan/doctor/ask-pool.ts';
import { gather } from '../../plan/doctor/gather.ts';
import { loginPlaces, logins } from '../../plan/doctor/logins.ts';
import { servedBy } from '../../plan/job.ts';
import { unitsAt } from '../../plan/processes/units.ts';
import { refusalsNow, swapTrial } from '../../plan/readiness.ts';
import { isAbout, type Refusal } from '../../plan/refusal.ts';
import { poolOf } from '../../plan/steps/fpm/client.ts';
import type { ConnectedFleet } from '../../remote/fleet.ts';
import type { Fleet } from '../../remote/session.ts';
import { cacheRows } from '../../report/findings/caches.ts';
import { type ClockOfHost, clockRows } from '../../report/findings/clocks.ts';
import { examine, type Trouble, unreached } from '../../report/findings/examine.ts';
import type { Finding } from '../../report/findings/finding.ts';
import { findingLines } from '../../report/findings/lines.ts';
import { parseGathered } from '../../report/findings/web/gathered.ts';
import { lines, sh } from '../../shell/text.ts';
import { askRelease } from '../audit/ask.ts';
import { capture } from '../capture.ts';
import { withFleet } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { viewOf } from '../paint.ts';
import { settingsFor } from '../stage.ts';
import { newDeploymentId, wishFor } from '../wish.ts';
import { fixFindings } from './check-fix.ts';

/** Options of `check`. */
export interface CheckOptions extends StageOptions {
  /** Change what can be changed safely, after a question. */
  readonly fix?: boolean;
}

/** `cutover check`: what would keep a deployment from succeeding, and what to do about it; without `--fix` the project is not touched. */
export async function check(options: CheckOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return withFleet({ settings, outside, first: 'look' }, async (fleet) => {
    const findings = await findingsOf(fleet, settings, outside);
    if (!options.fix) return tell(findings, { settings, options, outside });
    if (!options.json) tell(findings, { settings, options, outside });
    const fixed = await fixFindings(findings, { fleet, options, outside });
    const isChanged = fixed === 'done' || fixed === 'failed';
    const after = isChanged ? await findingsOf(fleet, settings, outside) : findings;
    const code = isChanged || options.json ? tell(after, { settings, options, outside }) : codeOf(after);
    return fixed === 'declined' || fixed === 'failed' ? Exit.refused : code;
  });
}

function tell(
  findings: readonly Finding[],
  parts: { readonly settings: Settings; readonly options: StageOptions; readonly outside: Outside },
): ExitCode {
  const { settings, options, outside } = parts;
  const text = options.json
    ? JSON.stringify({ format: 1, project: settings.project, stage: settings.stage, findings }, null, 2)
    : findingLines(findings, viewOf(options, outside)).join('\n');
  outside.out(`${text}\n`);
  return codeOf(findings);
}

function codeOf(findings: readonly Finding[]): ExitCode {
  return findings.some(({ level }) => level === 'problem') ? Exit.refused : Exit.succeeded;
}

/** The findings of all hosts, in the order of the config. */
async function findingsOf(fleet: ConnectedFleet, settings: Settings, outside: Outside): Promise<readonly Finding[]> {
  const signal = new AbortController().signal;
  const begunMs = outside.nowMs();
  const { facts, unseen } = await look(fleet, settings, signal);
  const endedMs = outside.nowMs();
  const silent = unreached(unseen);
  const refusals = refusalsAt(settings, { facts, outside });
  const findings = settings.hosts.map(async (host): Promise<readonly Finding[]> => {
    const found = facts[host.name];
    if (found === undefined) return silent.filter((finding) => finding.host === host.name);
    // Two hosts may be one machine: each trial has a name of its own.
    const tried = host.receivesCode
      ? await tryOut(fleet, { host, settings, id: newDeploymentId(outside), signal })
      : null;
    const caches = await cachesAt(fleet, settings, { host, facts: found, signal });
    const own = examine({
      host,
      settings,
      facts: found,
      refusals: refusals.filter((refusal) => isAbout(refusal, host.name)),
      swap: tried?.swap ?? null,
      gathered: tried?.gathered ?? null,
      logins: tried?.logins ?? null,
      aheadMs: aheadMs(clockOf(host.name, found, { begunMs, endedMs })),
      noise: masked(fleet.noise(host.name), settings),
      nowMs: endedMs,
    });
    return [...own, ...caches];
  });
  const clocks = Object.entries(facts).map(([host, found]) => clockOf(host, found, { begunMs, endedMs }));
  return [...(await Promise.all(findings)).flat(), ...clockRows(clocks)];
}

/** What the application in service says of its caches; nothing where none is in service that could be asked. */
async function cachesAt(
  fleet: Fleet,
  settings: Settings,
  { host, facts, signal }: { readonly host: Host; readonly facts: HostFacts; readonly signal: AbortSignal },
): Promise<readonly Finding[]> {
  const release = servedBy(facts);
  if (settings.routine.audited === null || !host.receivesCode || release === null) return [];
  return cacheRows(host.name, await askRelease(fleet, settings, { host, release, signal }));
}

function refusalsAt(
  settings: Settings,
  { facts, outside }: { readonly facts: Readonly<Record<string, HostFacts>>; readonly outside: Outside },
): readonly Refusal[] {
  const hosts: readonly Host[] = settings.hosts.filter((host) => facts[host.name] !== undefined);
  return refusalsNow(wishFor({ ...settings, hosts }, facts, outside));
}

interface Trial {
  readonly host: Host;
  readonly settings: Settings;
  readonly id: string;
  readonly signal: AbortSignal;
}

/** What the host says of its servers, and then whether a link can be replaced there: one command for both. */
async function tryOut(fleet: Fleet, { host, settings, id, signal }: Trial) {
  const { app } = settings;
  const pool = app.kind === 'php' && servesVisitors(app, host) ? poolOf(app, host.php ?? settings.php) : null;
  const script = lines(
    gather({ deployPath: host.deployPath, root: app.root, etc: '/etc', units: unitsAt(settings, host) }),
    logins(loginPlaces),
    pool && askPool(pool),
    sh`printf '=== trial\n'`,
    swapTrial(id),
  );
  const captured = await capture(fleet, host.name, { script, signal });
  const [told = '', output = ''] = captured.output.split('=== trial\n');
  const swap: Trouble | null = captured.ok ? null : { failure: captured.failure, output };
  const said = parseGathered(told);
  return { swap, logins: said, gathered: said };
}

function masked(text: string, { secrets }: Settings): string {
  const mask = maskSecrets(Object.values(secrets));
  return mask.push(text) + mask.end();
}

interface LookedAt {
  readonly begunMs: number;
  readonly endedMs: number;
}

/** The host was asked for its time at some moment of the look; it tells whole seconds. */
function clockOf(host: string, { clock }: HostFacts, { begunMs, endedMs }: LookedAt): ClockOfHost {
  const thereMs = Date.parse(clock);
  return { host, leastMs: thereMs - endedMs, mostMs: thereMs + 999 - begunMs };
}

/** By how much it is ahead of this machine's for certain. */
function aheadMs({ leastMs, mostMs }: ClockOfHost): number {
  return leastMs > 0 ? leastMs : Math.min(0, mostMs);
}
