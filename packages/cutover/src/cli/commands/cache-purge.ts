import { servedBy } from '../../plan/job.ts';
import { type Counted, dangerOf } from '../../plan/purge/judge.ts';
import { planPurge } from '../../plan/upkeep.ts';
import { countLine, dangerLines } from '../../report/purging.ts';
import { agreed } from '../ask.ts';
import { countOn } from '../caches.ts';
import type { Means } from '../carry-out.ts';
import { type DeploymentOptions, deployment } from '../deployment.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';
import { tellUnseen } from '../telling.ts';

/** Options of `cache purge`. */
export interface PurgeOptions extends DeploymentOptions {
  /** Only count. */
  readonly dryRun?: boolean;
}

/** `cutover cache purge <release>`: what a release holds in caches outside its directory is removed, and nothing else. */
export async function cachePurge(
  release: string | undefined,
  options: PurgeOptions,
  outside: Outside,
): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  if (release === undefined || !/^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/.test(release)) {
    outside.err('Name the release whose caches are to be purged, as "cutover releases" shows it.\n');
    return Exit.usage;
  }
  let facts: Parameters<typeof planPurge>[0]['facts'] = {};
  return deployment(
    settings,
    {
      plan(wish) {
        facts = wish.facts;
        return planPurge(wish, release);
      },
      agree: (_, means) => agree(release, { means, facts, options }),
    },
    { options, outside },
  );
}

interface Asked {
  readonly means: Means;
  readonly facts: Parameters<typeof planPurge>[0]['facts'];
  readonly options: PurgeOptions;
}

/** What would go is counted and judged first; nobody is asked about what must not be done. */
async function agree(release: string, { means, facts, options }: Asked): Promise<boolean | 'needless'> {
  const { settings, fleet, outside, stopping } = means;
  const sites = settings.hosts.flatMap((host) => (facts[host.name] ? [{ host, facts: facts[host.name] }] : []));
  const answers = await Promise.all(
    sites.map(({ host, facts: found }) => {
      const kept = found?.records.map((record) => record.name).filter((name) => name !== release) ?? [];
      const live = found ? servedBy(found) : null;
      return countOn({ fleet, settings, signal: stopping.signal }, host, { releases: [release], kept, live });
    }),
  );
  const unseen = answers.filter((answer) => 'failure' in answer);
  if (unseen.length > 0) {
    await tellUnseen(unseen, outside);
    return false;
  }
  const counted = answers.flatMap((answer) =>
    'lines' in answer ? answer.lines.map((line) => ({ host: answer.host.name, line })) : [],
  );
  const bad = counted.flatMap(({ host, line }) => dangerAt(host, line));
  if (bad.length > 0) {
    outside.err(`${[...bad, 'Nothing was changed.'].join('\n')}\n`);
    return false;
  }
  for (const { host, line } of counted) outside.err(`${countLine(host, line)}\n`);
  const owed = sites.some(({ facts: found }) => found?.owed.includes(release));
  if (!owed && counted.every(({ line }) => line.keys === 0)) {
    outside.err(`${release} holds nothing in caches outside its directory. There is nothing to do.\n`);
    return 'needless';
  }
  return options.dryRun ? 'needless' : agreed(`Remove them?`, { options, outside });
}

function dangerAt(host: string, line: Counted): readonly string[] {
  const danger = dangerOf(line);
  return danger === null ? [] : dangerLines(host, line, danger);
}
