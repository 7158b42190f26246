import { cleanWord } from '../../report/clean.ts';
import { merged } from '../../report/history.ts';
import { historyTable } from '../../report/tables.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { viewOf } from '../paint.ts';
import { hostsPast } from '../past.ts';
import { recordedPast } from '../recorded.ts';
import { settingsFor } from '../stage.ts';
import { tellSentences } from '../telling.ts';

/** Options of `history`. */
export interface HistoryOptions extends StageOptions {
  /** How many deployments. */
  readonly limit?: string;
  /** Ask no host. */
  readonly local?: boolean;
}

const usualLimit = 20;

/** `cutover history`: what was done to a stage, from this machine and from others. */
export async function history(options: HistoryOptions, outside: Outside): Promise<ExitCode> {
  const limit = options.limit === undefined ? usualLimit : Number(options.limit);
  if (!Number.isSafeInteger(limit) || limit < 1) {
    outside.err(`"${options.limit}" is no number of deployments: write --limit 50.\n`);
    return Exit.usage;
  }
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const here = recordedPast(settings, limit, outside);
  await tellSentences(here.unreadable.map(unreadableSentence), outside);
  const there = options.local ? [] : await hostsPast(settings, limit, outside);
  if (there === null)
    await tellSentences(
      ['No host answers: this is only what was run from this machine. With --local none is asked.'],
      outside,
    );
  const rows = merged(here.rows, there ?? []).slice(0, limit);
  const { project, stage } = settings;
  const text = options.json
    ? JSON.stringify({ format: 1, project, stage, deployments: rows }, null, 2)
    : historyTable(rows, viewOf(options, outside)).join('\n');
  outside.out(`${text}\n`);
  return Exit.succeeded;
}

function unreadableSentence(deployment: string): string {
  const id = cleanWord(deployment);
  return `The record of ${id} on this machine cannot be understood and is left out here: "cutover logs ${id}" says why.`;
}
