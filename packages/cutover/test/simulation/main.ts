import { parseArgs } from 'node:util';
import { playOnAll } from './crew.ts';
import { storyOf } from './seeds.ts';

/** `./dev simulate`: plays seeds until one goes wrong, and tells its story. */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string' },
  },
});
const beganMs = performance.now();
const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
const [count, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isInteger(count) || !Number.isInteger(from) || Number.isNaN(minutes)) {
  console.error('dev: usage: ./dev simulate [--seeds <number>] [--from <seed>] [--minutes <number>]');
  process.exit(2);
}
const { seeds, ends, failed } = await playOnAll(from, count, {
  untilMs: beganMs + minutes * 60_000,
  told: (done) => process.stdout.isTTY && process.stdout.write(`\r${done} seeds`),
});
const seconds = (performance.now() - beganMs) / 1000;
const ended = Object.entries(ends).map(([end, times]) => `${times} ${end}`);
console.log(
  `${seeds} seeds from ${from} in ${seconds.toFixed(1)} s, ${((seconds / seeds) * 1000).toFixed(1)} ms each.`,
);
console.log(`Drivers: ${ended.join(', ')}.`);
console.log(failed === null ? 'All went as promised.' : await storyOf(failed));
process.exitCode = failed === null ? 0 : 1;
