import { loadConfig } from '../../config/load.ts';
import { type LoadedConfig, stageNames } from '../../config/loaded.ts';
import { resolveStage } from '../../config/resolve.ts';
import { allHosts } from '../../config/select.ts';
import type { Settings } from '../../model/settings.ts';
import type { HistoryRow } from '../../report/tables.ts';
import { ago } from '../../report/words.ts';
import type { Outside } from '../outside.ts';
import { recordedPast } from '../recorded.ts';

/** A word that can be put in, and a few words about it. */
export interface Proposal {
  readonly word: string;
  readonly hint: string;
}

/** What the values of a line depend on: options that were given before the cursor. */
export interface Asked {
  readonly given: ReadonlyMap<string, string>;
  readonly outside: Outside;
}

/** Where values come from: from the config and from what is recorded here. Nothing is connected to; a config that is broken has none. */
export async function valuesOf(of: string, asked: Asked): Promise<readonly Proposal[]> {
  const source = sources[of];
  if (source === undefined) return [];
  try {
    return await source(asked);
  } catch {
    return [];
  }
}

type Source = (asked: Asked) => Promise<readonly Proposal[]>;

const releases: Source = async (asked) => {
  const rows = (await past(asked)).filter(
    ({ kind, outcome }) => (kind === 'deploy' || kind === 'rollback') && outcome === 'succeeded',
  );
  const named = rows.flatMap((row) => (row.name === null ? [] : [{ word: row.name, hint: about(row, asked.outside) }]));
  return [...new Map(named.map((one) => [one.word, one])).values()];
};

const hosts: Source = async (asked) =>
  (await settings(asked)).flatMap((stage) =>
    stage.hosts.map(({ name, roles }) => ({ word: name, hint: roles.join(', ') })),
  );

const sources: Readonly<Record<string, Source>> = {
  '--stage': async (asked) => (await config(asked)).flatMap(({ input }) => stageNames(input).map(plain)),
  '--host': hosts,
  host: hosts,
  '--role': async (asked) => unique(await settings(asked), (stage) => stage.hosts.flatMap(({ roles }) => roles)),
  '--label': async (asked) =>
    unique(await settings(asked), (stage) =>
      stage.hosts.flatMap(({ labels }) => Object.entries(labels).map(([key, value]) => `${key}=${value}`)),
    ),
  '--to': async (asked) =>
    unique(await settings(asked), (stage) => stage.shared.filter(({ type }) => type === 'file').map(({ to }) => to)),
  '--rollback': releases,
  release: releases,
  deployment: async (asked) =>
    (await past(asked)).map((row) => ({ word: row.deployment, hint: `${row.kind}, ${about(row, asked.outside)}` })),
  shell: async () => ['bash', 'zsh', 'fish'].map(plain),
};

function unique(stages: readonly Settings[], words: (stage: Settings) => readonly string[]): readonly Proposal[] {
  return [...new Set(stages.flatMap(words))].map(plain);
}

function plain(word: string): Proposal {
  return { word, hint: '' };
}

async function config({ given, outside }: Asked): Promise<readonly LoadedConfig[]> {
  const file = given.get('--config') ?? null;
  const loaded = await loadConfig({ directory: outside.directory, file, env: outside.env });
  return loaded.ok ? [loaded.value] : [];
}

/** The stage that is meant, or all of them while none is named. */
async function settings(asked: Asked): Promise<readonly Settings[]> {
  const { env } = asked.outside;
  const loaded = await config(asked);
  const named = asked.given.get('--stage');
  return loaded.flatMap((one) => {
    const stages = named === undefined ? stageNames(one.input) : [named];
    const resolved = stages.map((stage) => resolveStage(one, { stage, env, set: [], selection: allHosts }));
    return resolved.flatMap((result) => (result.ok ? [result.value] : []));
  });
}

const mostProposed = 20;

/** The last deployments that this machine recorded, the newest first. */
async function past(asked: Asked): Promise<readonly HistoryRow[]> {
  const { outside } = asked;
  const rows = (await settings(asked)).flatMap((place) => recordedPast(place, mostProposed, outside).rows);
  return rows.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

function about({ ref, message, at }: HistoryRow, outside: Outside): string {
  return [ref, message, ago(at, outside.nowMs())].filter((part) => part !== null && part !== '').join(', ');
}
