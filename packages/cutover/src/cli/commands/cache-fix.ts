import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mendApplication, mendable } from '../../mends/application.ts';
import type { Change, Left } from '../../mends/mend.ts';
import { cleanLine, cleanWord } from '../../report/clean.ts';
import { unifiedDiff } from '../../report/diff.ts';
import { paintFor } from '../../report/paint.ts';
import { agreed } from '../ask.ts';
import { parseDotenv } from '../env/dotenv.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { settingsFor } from '../stage.ts';

/** Options of `cache fix`. */
export interface FixOptions extends StageOptions {
  /** Only show. */
  readonly dryRun?: boolean;
}

/** `cutover cache fix`: changes the config files of the application here so that each release has its caches for itself. */
export async function cacheFix(options: FixOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const { project, stage, isolation } = settings;
  const read = (file: string): string | null => {
    const path = join(outside.directory, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  };
  const files = Object.fromEntries(mendable(stage).map((file) => [file, read(file)]));
  const variables = parseDotenv(files[`.env.${stage}`] ?? '');
  const { changes, left } = mendApplication(files, { project, isolation, variables });
  if (options.json) outside.out(`${JSON.stringify(documentOf(changes, left), null, 2)}\n`);
  else tell(changes, left, { outside, options });
  if (changes.length > 0 && !options.dryRun) {
    if (!(await agreed('Write these changes?', { options, outside }))) return Exit.refused;
    for (const change of changes) write(change, outside);
    outside.err(`Wrote ${changes.map(({ file }) => file).join(', ')}. ${advice(changes)}\n`);
  }
  return left.length > 0 ? Exit.refused : Exit.succeeded;
}

function documentOf(changes: readonly Change[], left: readonly Left[]): object {
  const shown = changes.map((change) => ({ file: change.file, diff: unifiedDiff(change).join('\n') }));
  return { format: 1, changes: shown, left };
}

function tell(
  changes: readonly Change[],
  left: readonly Left[],
  { outside, options }: { readonly outside: Outside; readonly options: FixOptions },
): void {
  const paint = paintFor(isColoured(options, outside));
  const coloured = (line: string): string => {
    const text = cleanLine(line.replaceAll('\t', '    '), false);
    if (line.startsWith('+')) return paint.good(text);
    return line.startsWith('-') ? paint.bad(text) : text;
  };
  for (const change of changes) outside.out(`${unifiedDiff(change).map(coloured).join('\n')}\n`);
  for (const { file, advice: text } of left) outside.err(`${file} is left as it is. ${cleanWord(text)}\n`);
  if (changes.length === 0 && left.length === 0) outside.out('There is nothing to mend.\n');
}

/** Whole under another name first: an editor never sees half of it. */
function write({ file, after }: Change, outside: Outside): void {
  const path = join(outside.directory, file);
  const { mode } = statSync(path);
  writeFileSync(`${path}.new`, after, { mode });
  renameSync(`${path}.new`, path);
}

function advice(changes: readonly Change[]): string {
  const env = changes.find(({ file }) => file.startsWith('.env'));
  return `Look at them, commit them, and deploy.${env ? ` Send ${env.file} with "cutover env push".` : ''}`;
}
