import type { ByHost } from '../../model/host.ts';
import type { Site } from '../../plan/job.ts';
import { sitesOf } from '../../plan/job.ts';
import { damageOf, isSound, planRecover } from '../../plan/recover.ts';
import { truthLines } from '../../report/truth.ts';
import { agreed } from '../ask.ts';
import { carryOut, exitOf, type Means } from '../carry-out.ts';
import { withMeans } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellRefusals, tellSentences, tellUnseen } from '../telling.ts';
import { wishFor } from '../wish.ts';

/** `cutover recover`: shows how every host really stands, and heals what dead deployments left. */
export async function recover(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  return withMeans({ settings, options, outside, first: 'look' }, recoverAll);
}

async function recoverAll(means: Means): Promise<ExitCode> {
  const { settings, fleet, outside, stopping } = means;
  const { facts, unseen } = await look(fleet, settings, stopping.signal);
  const seen = settings.hosts.filter((host) => host.name in facts);
  const wish = wishFor({ ...settings, hosts: seen }, facts, outside);
  const sites = sitesOf(wish);
  await tell(sites, means);
  if (unseen.length > 0) return tellUnseen(unseen, outside);
  const planned = planRecover(wish);
  if (!planned.ok) return tellRefusals(planned.refusals, outside);
  if (sites.every((site) => isSound(damageOf(site)))) {
    await tellSentences([...planned.plan.notes, 'There is nothing to heal.'], outside);
    return planned.plan.notes.length > 0 ? Exit.refused : Exit.succeeded;
  }
  await tellSentences(planned.plan.notes, outside);
  if (!(await agreed(question(planned.plan.phases), means))) return Exit.refused;
  return exitOf(await carryOut(planned.plan, means));
}

/** With `--json` a document of its own, on the first line of stdout, before any event. */
async function tell(sites: readonly Site[], { settings, options, outside }: Means): Promise<void> {
  const by = { stage: settings.stage, config: settings.config, nowMs: outside.nowMs() };
  if (!options.json) return tellSentences(truthLines(sites, by), outside);
  const hosts = Object.fromEntries(sites.map((site) => [site.host.name, truthLines([site], by)]));
  outside.out(`${JSON.stringify({ format: 1, truth: hosts } satisfies TruthDocument)}\n`);
}

/** What `recover --json` prints first: how each host was found, in sentences. */
export interface TruthDocument {
  readonly format: 1;
  readonly truth: ByHost<readonly string[]>;
}

function question(
  phases: readonly { readonly steps: Readonly<Record<string, readonly { readonly title: string }[]>> }[],
): string {
  const titles = new Set(
    phases.flatMap(({ steps }) => Object.values(steps).flatMap((own) => own.map(({ title }) => title))),
  );
  return `Heal this: ${[...titles].join('; ')}?`;
}
