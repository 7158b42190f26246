import { parseArgs } from 'node:util';
import { machineLoad } from '../kit/load.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';
import { contenders, measure } from './measure.ts';
import { report } from './report.ts';
import { startServer } from './server.ts';

/*
 * How long it takes to remove the keys of one release among those of others, and what another client of the server feels meanwhile,
 * beside the ways that people do it by hand. The contenders take turns.
 * node bench/purge/main.ts [--keys 1000000] [--own 100000] [--runs 3] [--json]
 */

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    /** How many of them are the release's. */
    own: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
});

exitOnSignals();
using directory = await temporaryDirectory();
await using server = await startServer(directory.path);
const stock = { keys: Number(values.keys), own: Number(values.own) };
const results = [];
const loadBefore = machineLoad();
for (let i = 0; i < Number(values.runs); i += 1)
  for (const contender of contenders)
    results.push(await measure(contender, { server, stock, directory: directory.path }));
const found = { ...stock, runs: Number(values.runs), load: `${loadBefore} before, ${machineLoad()} after`, results };
console.log(values.json ? JSON.stringify(found, null, 2) : report(found));
