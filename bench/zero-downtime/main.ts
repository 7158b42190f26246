import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineLoad } from '../kit/load.ts';
import { table } from '../kit/table.ts';
import { exitOnSignals, temporaryDirectory } from '../kit/temporary.ts';
import { cases } from './cases.ts';
import { type Judged, startLoad, untilServed } from './load.ts';
import type { Case } from './opened.ts';

/*
 * Real web servers under constant load, whose every answer is read for its version, while releases are activated: by Cutover's command line and, in the
 * same run, by what others do.
 * node bench/zero-downtime/main.ts [--activations 20] [--long 10] [--only <expression for rows>] [--strict]
 */

const { values } = parseArgs({
  options: {
    activations: { type: 'string', default: '20' },
    /** Seconds that a long request takes: two are sent before every tenth activation where something computes answers. 0 sends none. */
    long: { type: 'string', default: '10' },
    only: { type: 'string', default: '' },
    /** Exits with 1 when anything failed, was mixed or was old in one of Cutover's rows. */
    strict: { type: 'boolean', default: false },
  },
});
const activations = Number(values.activations);
if (!Number.isInteger(activations) || activations < 1) throw new Error('--activations takes a whole number from 1.');

const longSeconds = Number(values.long);
if (!Number.isInteger(longSeconds) || longSeconds < 0) throw new Error('--long takes a whole number of seconds.');

interface Row {
  readonly of: Case;
  readonly found: Judged | string;
  readonly seconds: number;
}

exitOnSignals();
using directory = await temporaryDirectory();
// The servers' own users must be able to pass through.
chmodSync(directory.path, 0o755);
const loadBefore = machineLoad();
const rows: Row[] = [];
for (const [i, of] of cases.entries()) {
  if (!new RegExp(values.only).test(`${of.server} ${of.way}`)) continue;
  console.error(`… ${of.server}: ${of.way}`);
  const row = await measure(of, join(directory.path, String(i)));
  console.error(`  ${JSON.stringify(row.found)}`);
  rows.push(row);
}
console.log(report());
if (values.strict && rows.some(({ of, found }) => of.way.startsWith('Cutover') && !isFlawless(found)))
  process.exitCode = 1;

async function measure(of: Case, home: string): Promise<Row> {
  mkdirSync(home);
  const began = performance.now();
  const row = (found: Judged | string): Row => ({ of, found, seconds: (performance.now() - began) / 1000 });
  const opened = await of.open(home).catch((error: unknown) => String(error));
  if (typeof opened === 'string') return row(opened);
  try {
    await opened.activator.activate(1);
    await untilServed(opened.port, 1);
    const load = startLoad(opened.port);
    try {
      for (let version = 2; version <= activations + 1; version++) {
        if (of.long && longSeconds > 0 && version % 10 === 2) for (let i = 0; i < 2; i++) load.sendLong(longSeconds);
        await opened.activator.activate(version);
        load.confirmed(version);
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    } catch (error) {
      await load.stop();
      throw error;
    }
    return row(await load.stop());
  } catch (error) {
    return row(error instanceof Error ? error.message : String(error));
  } finally {
    await opened.activator.stop();
    await opened.stop();
  }
}

function isFlawless(found: Judged | string): boolean {
  return typeof found !== 'string' && found.failed + found.mixed + found.old === 0;
}

function report(): string {
  const head = ['', 'requests', 'failed', 'mixed', 'old after it was done', 'long ones whole', 'seconds'];
  const lines = rows.map(({ of, found, seconds }) => {
    const name = `${of.server}: ${of.way}`;
    if (typeof found === 'string') return [name, 'not measured'];
    return [
      name,
      ...[found.requests, found.failed, found.mixed, found.old, found.long, Math.round(seconds)].map(String),
    ];
  });
  const notes = rows.flatMap(({ of, found }) => {
    const said = typeof found === 'string' ? found : found.failures.join(', ');
    return said === '' ? [] : [`  ${of.server}: ${of.way}: ${said}`];
  });
  return [
    `${activations} activations each under load of 6 connections. Load of the machine: ${loadBefore} before, ${machineLoad()} after.`,
    table([head, ...lines]),
    ...(notes.length > 0 ? ['What failed', ...notes] : []),
  ].join('\n\n');
}
