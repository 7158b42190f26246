import type { HostFacts } from '../../model/facts.ts';
import type { Host } from '../../model/host.ts';
import { servedBy } from '../../plan/job.ts';
import { type CacheRow, cacheTable } from '../../report/purging.ts';
import { type Measured, measureOn } from '../caches.ts';
import { withFleet } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { look, type Unseen } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { settingsFor } from '../stage.ts';
import { tellUnseen } from '../telling.ts';

/** `cutover cache status`: what each release holds in caches of its own, on each host. */
export async function cacheStatus(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const { signal } = new AbortController();
  const { rows, unseen } = await withFleet({ settings, outside, first: 'look' }, async (fleet) => {
    const looked = await look(fleet, settings, signal);
    const found = await Promise.all(
      settings.hosts.flatMap((host) => {
        const facts = looked.facts[host.name];
        return facts ? [rowsAt(facts, host, (about) => measureOn({ fleet, settings, signal }, host, about))] : [];
      }),
    );
    return {
      rows: found.flatMap((one) => ('rows' in one ? one.rows : [])),
      unseen: [...looked.unseen, ...found.filter((one) => 'failure' in one)],
    };
  });
  if (unseen.length > 0) await tellUnseen(unseen, outside);
  const { project, stage } = settings;
  const text = options.json
    ? JSON.stringify({ format: 1, project, stage, caches: rows }, null, 2)
    : cacheTable(rows, isColoured(options, outside)).join('\n');
  outside.out(`${text}\n`);
  return unseen.length > 0 ? Exit.refused : Exit.succeeded;
}

type Measure = (about: Parameters<typeof measureOn>[2]) => ReturnType<typeof measureOn>;

async function rowsAt(facts: HostFacts, host: Host, measure: Measure): Promise<{ rows: readonly CacheRow[] } | Unseen> {
  const live = servedBy(facts);
  const kept = facts.records.map((record) => record.name);
  const releases = [...new Set([...kept, ...facts.owed])].sort().reverse();
  if (releases.length === 0) return { rows: [] };
  const answer = await measure({ releases, kept, live });
  if ('failure' in answer) return answer;
  return {
    rows: answer.lines.map((line: Measured) => ({ ...line, host: host.name, inService: line.release === live })),
  };
}
