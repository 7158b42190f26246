import { extname, join } from 'node:path';
import type { Numbers } from '../../demo/numbers.ts';
import { type DemoWish, type News, runDemo } from '../../demo/run.ts';
import { fewestReleases } from '../../demo/story.ts';
import { closing, keptLines, opening, reportLines, setting, underWay } from '../../demo/telling.ts';
import { type Paint, paintFor } from '../../report/paint.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { onStop } from '../signals.ts';

/** Options of `cutover demo`, as they are written. */
export interface DemoOptions {
  readonly releases?: string;
  readonly seconds?: string;
  readonly keep?: boolean;
  readonly embedded?: boolean;
  readonly json?: boolean;
  readonly color?: boolean;
}

/** After this it is stopped, so that even a very slow machine is its own again within minutes. */
const longestSeconds = 240;
const mostReleases = 30;

/** `cutover demo`: a small shop is deployed to this machine, release by release, while visitors use it and every answer is checked. */
export async function demo(options: DemoOptions, outside: Outside): Promise<ExitCode> {
  const wish = wishOf(options);
  if (typeof wish === 'string') {
    outside.err(`${wish}\n`);
    return Exit.usage;
  }
  const stopping = onStop(outside);
  const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(longestSeconds * 1000)]);
  try {
    const face = faceOf(options, outside);
    const numbers = await runDemo(wish, { cutover: thisCutover(), signal, hear: face.hear });
    face.end(numbers);
    return numbers.passed ? Exit.succeeded : Exit.undone;
  } catch (error) {
    outside.err(`\n${endOf(error, signal)}\n`);
    return stopping.signal.aborted ? Exit.interrupted : Exit.undone;
  } finally {
    stopping.release();
  }
}

/** What is wanted, or the sentence that says why that cannot be. */
function wishOf(options: DemoOptions): DemoWish | string {
  const [releases, seconds] = [Number(options.releases ?? 12), Number(options.seconds ?? 15)];
  if (!Number.isInteger(releases) || releases < fewestReleases || releases > mostReleases)
    return `--releases takes a whole number from ${fewestReleases} to ${mostReleases}.`;
  if (!(seconds >= 1 && seconds <= longestSeconds)) return `--seconds takes a number from 1 to ${longestSeconds}.`;
  return { releases, seconds, keep: options.keep ?? false, embedded: options.embedded ?? false };
}

/** Why there are no numbers, as a sentence. */
function endOf(error: unknown, { aborted, reason }: AbortSignal): string {
  if (!aborted) return `The demo could not go on: ${error instanceof Error ? error.message : String(error)}`;
  const isLimit = reason instanceof DOMException && reason.name === 'TimeoutError';
  return isLimit ? `The demo was not over after ${longestSeconds} seconds and was stopped.` : 'The demo was stopped.';
}

/** The command line that this one is: Node with the file beside this directory. */
function thisCutover(): readonly string[] {
  return [process.execPath, join(import.meta.dirname, `../main${extname(import.meta.filename)}`)];
}

interface DemoFace {
  hear(this: void, news: News): void;
  end(numbers: Numbers): void;
}

function faceOf(options: DemoOptions, outside: Outside): DemoFace {
  if (options.json) {
    return { hear: () => {}, end: (numbers) => outside.out(`${JSON.stringify(numbers, null, 2)}\n`) };
  }
  const paint = paintFor(isColoured(options, outside));
  const print = (lines: readonly string[]): void => outside.out(lines.map((line) => `${line}\n`).join(''));
  let directory = '';
  print(opening(paint));
  return {
    hear(news) {
      if (news.kind === 'ready') directory = news.directory;
      outside.out(newsText(news, { paint, isLive: outside.isTerminal }));
    },
    end(numbers) {
      print(closing(numbers, programName(), paint));
      if (options.keep) print(keptLines(directory));
    },
  };
}

/** On a terminal the line of what is going on is written over by its report. */
function newsText(news: News, { paint, isLive }: { paint: Paint; isLive: boolean }): string {
  if (news.kind === 'began') return isLive ? underWay(news.act) : '';
  const lines = news.kind === 'ready' ? setting(news, paint) : reportLines(news.report, paint);
  const text = lines.map((line) => `${line}\n`).join('');
  return isLive && news.kind === 'ended' ? `\r\x1b[K${text}` : text;
}

/** In the repository the command line is called through its door. */
function programName(): string {
  return extname(import.meta.filename) === '.ts' ? './dev cutover' : 'cutover';
}
