import { decodeEvents } from '../../events/ndjson.ts';
import type { Settings } from '../../model/settings.ts';
import { cleanWord } from '../../report/clean.ts';
import { unreadSentence } from '../../report/unread.ts';
import { moment } from '../../report/words.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { plainFaceFor } from '../faces.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { hostsPast } from '../past.ts';
import { meantBy, readRecords, recordedDeployments } from '../recorder.ts';
import { settingsFor } from '../stage.ts';
import { tellSentences } from '../telling.ts';

/** `cutover logs [deployment]`: what a deployment did and printed, from its record on this machine. */
export async function logs(deployment: string | undefined, options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const known = recordedDeployments(settings, outside);
  const wanted = deployment ?? known.at(-1);
  if (wanted === undefined) {
    const said = `Nothing was deployed to ${settings.stage} from this machine. "cutover history" asks the hosts as well.`;
    await tellSentences([said], outside);
    return Exit.refused;
  }
  const records = readRecords(settings, meantBy(wanted, known), outside);
  if (records.length === 0) return tellUnknown(wanted, { settings, known, outside });
  for (const record of records) {
    if (options.json) outside.out(record);
    else await replay(record, options, outside);
  }
  return Exit.succeeded;
}

async function replay(record: string, options: StageOptions, outside: Outside): Promise<void> {
  const { events, unread } = decodeEvents(record);
  const face = await plainFaceFor({ ...options, verbose: true }, outside);
  for (const event of events) face.event(event);
  face.end();
  await tellSentences(unread.map(unreadSentence), outside);
}

/** How far back the hosts are asked for a deployment that this machine knows nothing of. */
const lookBack = 500;

async function tellUnknown(
  wanted: string,
  parts: { readonly settings: Settings; readonly known: readonly string[]; readonly outside: Outside },
): Promise<ExitCode> {
  const { settings, known, outside } = parts;
  const past = await hostsPast(settings, lookBack, outside);
  const row = past?.find(({ deployment }) => deployment.startsWith(wanted));
  if (row !== undefined) {
    const id = cleanWord(row.deployment);
    const said = `${id} was run by ${cleanWord(row.by)} at ${moment(row.at, outside.nowMs())}.`;
    await tellSentences([`${said} Its output is on that machine: run "cutover logs ${id}" there.`], outside);
    return Exit.refused;
  }
  const others = known.slice(-5).join(', ');
  const where = past === null ? 'on this machine, and no host answers that could know it' : 'here or on the hosts';
  const list = known.length === 0 ? 'Nothing was run from here.' : `The last ones that were run from here: ${others}.`;
  await tellSentences([`There is no deployment ${cleanWord(wanted)} ${where}. ${list}`], outside);
  return Exit.refused;
}
