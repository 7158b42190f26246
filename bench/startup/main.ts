import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machineLoad } from '../kit/load.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';
import { measureStarts } from './measure.ts';
import { report, verdict } from './report.ts';

/*
 * How long `cutover --help` takes beside `node -e 0`, in turns.
 * node bench/startup/main.ts [--runs 21] [--entry <file>] [--json] [--strict]
 */

const bin = join(import.meta.dirname, '../../packages/cutover/bin/cutover.cjs');
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '21' },
    /** Another program to start, such as the `bin` of an unpacked package. */
    entry: { type: 'string', default: bin },
    json: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});

exitOnSignals();
using directory = await temporaryDirectory();
const runs = Number(values.runs);
const loadBefore = machineLoad();
const times = await measureStarts({ entry: resolve(values.entry), runs, cache: directory.path });
const found = { ...verdict(times), runs, load: `${loadBefore} before, ${machineLoad()} after` };
console.log(values.json ? JSON.stringify({ ...found, times }, null, 2) : report(found));
if (values.strict && found.state === 'not reached') process.exitCode = 1;
