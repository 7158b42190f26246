import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openLocal } from '../../packages/cutover/src/remote/local.ts';
import { isOpenFailure, type Segment, type Session } from '../../packages/cutover/src/remote/session.ts';
import { machineLoad } from '../kit/load.ts';
import { median } from '../kit/statistics.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';

/*
 * What a segment with a journal costs beside one that is tied to its connection, and one that joins it: an empty one, in turns; and how
 * long after the end of a longer step its end is heard.
 * node bench/segments/main.ts [--runs 40] [--shell /bin/sh]
 */

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '40' }, shell: { type: 'string', default: '/bin/sh' } },
});
const runs = Number(values.runs);
const silent = { stepBegan: () => {}, stepOutput: () => {}, stepEnded: () => {} };

exitOnSignals();
using directory = await temporaryDirectory();
const session = await openLocal({
  host: 'here',
  shell: values.shell,
  connectMs: 30_000,
  signal: new AbortController().signal,
});
if (isOpenFailure(session)) throw new Error('This machine has no shell to measure.');
const loadBefore = machineLoad();
const kinds = ['spawn', 'tied', 'detached', 'joined', 'end'] as const;
const took = Object.fromEntries(kinds.map((kind): [string, number[]] => [kind, []]));
for (let i = 0; i <= runs; i += 1) {
  const round = {
    spawn: timed(() => execFileSync('setsid', ['sh', '-c', ':'])),
    tied: await timedRun(session, segment(i, ':', false)),
    // What is tied has ended the journal before, so this one begins one, and the next joins it.
    detached: await timedRun(session, segment(i, ':', true)),
    joined: await timedRun(session, segment(i + 2000, ':', true)),
    end: await endHeardAfter(session, segment(i + 1000, `sleep 0.${250 + (i % 100)}; date +%s%N`, true)),
  };
  // The first round teaches the shell and warms the caches.
  if (i > 0) for (const kind of kinds) took[kind]?.push(round[kind]);
}
await session.close();
console.log(
  `${runs} rounds with ${values.shell}, load ${loadBefore} before, ${machineLoad()} after; medians in ms (best)`,
);
for (const [name, times] of Object.entries(took)) {
  console.log(`${name.padEnd(9)} ${median(times).toFixed(1).padStart(7)} (${Math.min(...times).toFixed(1)})`);
}

function segment(number: number, script: string, isDetached: boolean): Segment {
  const step = { id: 'step', script, secrets: [], effect: { kind: 'look' as const }, mayFail: false };
  const journal = isDetached ? join(directory.path, '.cutover/runs/bench', String(number)) : null;
  return { id: String(number), steps: [step], secrets: {}, payload: null, journal };
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}

async function timedRun(on: Session, ran: Segment): Promise<number> {
  const began = performance.now();
  await on.run(ran, silent, new AbortController().signal);
  return performance.now() - began;
}

/** The step prints the time at its very end; both clocks are this machine's. */
async function endHeardAfter(on: Session, ran: Segment): Promise<number> {
  let printed = '';
  const progress = { ...silent, stepOutput: (_: string, text: string) => void (printed += text) };
  await on.run(ran, progress, new AbortController().signal);
  return performance.timeOrigin + performance.now() - Number(printed) / 1e6;
}
