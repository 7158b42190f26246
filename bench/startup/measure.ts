import { must, type Ran, run } from '../kit/run.ts';

/** What is started, how often, and where it may keep compiled code between the starts. */
export interface Starts {
  readonly entry: string;
  readonly runs: number;
  readonly cache: string;
}

/** Milliseconds of each start; `cutover` is null when it does not start at all. */
export interface StartTimes {
  readonly node: readonly number[];
  readonly cutover: readonly number[] | null;
}

/** Starts node and Cutover in turns, after one start of each that is not counted: a cache may be filled by it. */
export async function measureStarts({ entry, runs, cache }: Starts): Promise<StartTimes> {
  const env = { ...process.env, XDG_CACHE_HOME: cache };
  const start = (...args: string[]) => ({
    argv: [process.execPath, ...args] as [string, ...string[]],
    cwd: cache,
    env,
  });
  const [nothing, help] = [start('-e', '0'), start(entry, '--help')];
  await must(nothing);
  if (!succeeded(await run(help))) return { node: [], cutover: null };
  const node: number[] = [];
  const cutover: number[] = [];
  for (let i = 0; i < runs; i += 1) {
    node.push((await run(nothing)).ms);
    cutover.push((await run(help)).ms);
  }
  return { node, cutover };
}

function succeeded({ code }: Ran): boolean {
  return code === 0;
}
