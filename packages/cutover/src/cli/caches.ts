import * as z from 'zod';
import type { Host } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import { type About, askCaches, cacheSecrets, keepsCachesOutside } from '../plan/purge/asking.ts';
import { measureFiles } from '../plan/purge/files.ts';
import type { Counted } from '../plan/purge/judge.ts';
import type { Fleet } from '../remote/session.ts';
import { sh } from '../shell/text.ts';
import { capture } from './capture.ts';
import type { Unseen } from './hosts.ts';

const counted = z.object({
  release: z.string(),
  cache: z.string(),
  prefix: z.string(),
  others: z.record(z.string(), z.string()),
  keys: z.number().nullable(),
  sample: z.array(z.string()),
  problem: z.string().nullable(),
});

const measured = z.object({
  release: z.string(),
  cache: z.string(),
  kind: z.enum(['redis', 'database', 'file']),
  entries: z.number().nullable(),
  bytes: z.number().nullable(),
  /** How many entries were measured to say how large all are; null where all were. */
  sampled: z.number().nullable(),
  problem: z.string().nullable(),
});

/** What one cache of a release holds on one host. */
export type Measured = z.output<typeof measured>;

/** How a host is asked about its caches. */
export interface Asking {
  readonly fleet: Fleet;
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/** What a host answered, or why it did not. */
export type Answered<T> = { readonly host: Host; readonly lines: readonly T[] } | Unseen;

/** Counts what a release holds on a host, removing nothing. */
export function countOn(asking: Asking, host: Host, about: Omit<About, 'do'>): Promise<Answered<Counted>> {
  return ask(asking, host, { about: { ...about, do: 'count' }, line: counted });
}

/** Measures what releases hold on a host, in their directories and outside. */
export function measureOn(asking: Asking, host: Host, about: Omit<About, 'do'>): Promise<Answered<Measured>> {
  return ask(asking, host, { about: { ...about, do: 'status' }, line: measured });
}

async function ask<T>(
  { fleet, settings, signal }: Asking,
  host: Host,
  { about, line }: { readonly about: About; readonly line: z.ZodType<T> },
): Promise<Answered<T>> {
  const files = about.do === 'status' ? measureFiles(host, settings, about.releases) : sh`:`;
  const outside = keepsCachesOutside(settings) ? askCaches(host, settings, about) : sh`:`;
  const needed = new Set(cacheSecrets(settings.caches));
  const captured = await capture(fleet, host.name, {
    script: sh`
      cd ${host.deployPath}
      ${files}
      ${outside}`,
    signal,
    limitMs: settings.limits.transferMs,
    secrets: Object.fromEntries(Object.entries(settings.secrets).filter(([name]) => needed.has(name))),
  });
  if (!captured.ok) return { host, failure: captured.failure, output: captured.output };
  const said = captured.output.split('\n').filter((text) => text.startsWith('{'));
  return { host, lines: said.map((text) => line.parse(JSON.parse(text))) };
}
