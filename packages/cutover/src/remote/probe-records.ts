import { z } from 'zod';
import type { Holder } from '../model/deployment.ts';
import { jsonOf } from '../model/json.ts';
import { recordsDir } from '../model/layout.ts';
import type { ReleaseRecord } from '../model/release.ts';
import type { Printed } from './probe-lines.ts';

const revision = z.object({
  id: z.string(),
  ref: z.string(),
  branch: z.string().nullable(),
  author: z.string(),
  message: z.string(),
  committedAt: z.string().nullable(),
});

const record: z.ZodType<ReleaseRecord> = z.object({
  format: z.literal(1),
  name: z.string(),
  project: z.string().nullable().default(null),
  revision,
  deployment: z.string(),
  by: z.string(),
  adoptedFrom: z.string().nullable(),
  states: z.array(
    z.object({ state: z.enum(['building', 'ready', 'live', 'retired', 'failed', 'bad']), at: z.string() }),
  ),
});

const holder: z.ZodType<Holder> = z.object({
  deployment: z.string(),
  kind: z.enum(['deploy', 'rollback', 'prune', 'purge', 'adopt', 'env', 'exec', 'unlock', 'recover']),
  by: z.string(),
  pid: z.number(),
  since: z.string(),
  what: z.string(),
});

/** Records that were understood, and the names of the files that were not. */
export interface Records {
  readonly records: readonly ReleaseRecord[];
  readonly damaged: readonly string[];
}

/** The records of the releases; each must be of the release that its file is named for. */
export function recordsIn(printed: Printed): Records {
  const kept = printed.all('record').filter((path) => !printed.isGone(path));
  const read = kept.map((path) => {
    const file = path.slice(recordsDir('.').length + 1);
    const understood = parsed(record, printed.file(path));
    return { file, record: understood && `${understood.name}.json` === file ? understood : null };
  });
  return {
    records: read.flatMap((one) => one.record ?? []),
    damaged: read.filter((one) => one.record === null).map(({ file }) => file),
  };
}

/** Who holds the lock; null when the file does not say. */
export function holderIn(text: string | null): Holder | null {
  return parsed(holder, text);
}

function parsed<T>(schema: z.ZodType<T>, text: string | null): T | null {
  return schema.safeParse(jsonOf(text ?? '')).data ?? null;
}
