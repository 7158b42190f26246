import { setTimeout as sleep } from 'node:timers/promises';
import type { HostFacts } from '../model/facts.ts';
import type { Failure } from '../model/failure.ts';
import type { ByHost, Host } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import { type ConnectedFleet, openFleet } from '../remote/fleet.ts';
import { probeScript } from '../remote/probe.ts';
import { foreignScript, hasForeign } from '../remote/probe-foreign-script.ts';
import { parseFacts } from '../remote/probe-parse.ts';
import type { ProbeInput } from '../remote/probe-put.ts';
import type { Fleet } from '../remote/session.ts';
import { capture, lookingSegment } from './capture.ts';
import { clientOf } from './client.ts';
import type { Outside } from './outside.ts';
import { tracedFleet } from './trace/fleet.ts';

/**
 * Connections to the hosts of a stage, over the system's ssh. Unless told otherwise each begins with a look at its host, as
 * most commands do: `look` then needs no round trip of its own. A command that never looks would wait for it in vain.
 */
export function connect(settings: Settings, outside: Outside, first: 'look' | 'nothing' = 'look'): ConnectedFleet {
  const fleet = openFleet({
    hosts: settings.hosts,
    connectMs: settings.limits.connectMs,
    reconnectMs: settings.limits.reconnectMs,
    random: outside.random,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
    client: clientOf(outside),
    ...(outside.ahead && first === 'look' ? { ahead: outside.ahead } : {}),
    opening: (host) => (first === 'look' ? lookingSegment(probeScript(inputOf(host, settings))) : null),
  });
  if (!outside.trace) return fleet;
  return {
    ...tracedFleet(fleet, outside.trace),
    leave: () => fleet.leave(),
    noise: (host) => fleet.noise(host),
  };
}

/** A host that could not be looked at. */
export interface Unseen {
  readonly host: Host;
  readonly failure: Failure;
  /** What it printed before it failed. */
  readonly output: string;
}

/** What a look at all hosts found: facts of those that answered, and why the others did not. */
export interface Looked {
  readonly facts: ByHost<HostFacts>;
  readonly unseen: readonly Unseen[];
}

/** Looks at all hosts at once, changing nothing. */
export async function look(fleet: Fleet, settings: Settings, signal: AbortSignal): Promise<Looked> {
  const looks = await Promise.all(settings.hosts.map((host) => lookAt(fleet, { host, settings, signal })));
  return {
    facts: Object.fromEntries(looks.flatMap((found) => ('facts' in found ? [[found.host.name, found.facts]] : []))),
    unseen: looks.filter((found) => 'failure' in found),
  };
}

interface Look {
  readonly host: Host;
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

type LookedAt = Unseen | { readonly host: Host; readonly facts: HostFacts };

async function lookAt(fleet: Fleet, { host, settings, signal }: Look): Promise<LookedAt> {
  const script = probeScript(inputOf(host, settings));
  const captured = await capture(fleet, host.name, { script, signal, limitMs: settings.limits.stepMs });
  if (!captured.ok) return { host, failure: captured.failure, output: captured.output };
  const facts = parseFacts(captured.output);
  if ('problem' in facts) return { host, failure: { kind: 'lost', message: facts.message }, output: captured.output };
  return hasForeign(facts) ? lookAgainAt(fleet, { host, settings, signal }, captured.output) : { host, facts };
}

/** Other tools' releases tell more of themselves. */
async function lookAgainAt(fleet: Fleet, { host, settings, signal }: Look, told: string): Promise<LookedAt> {
  const script = foreignScript(inputOf(host, settings));
  const captured = await capture(fleet, host.name, { script, signal, limitMs: settings.limits.stepMs });
  if (!captured.ok) return { host, failure: captured.failure, output: captured.output };
  const facts = parseFacts(told + captured.output);
  if ('problem' in facts) return { host, failure: { kind: 'lost', message: facts.message }, output: captured.output };
  return { host, facts };
}

function inputOf({ deployPath }: Host, { layout, shared }: Settings): ProbeInput {
  return { deployPath, layout, shared };
}
