import { parseArgs } from 'node:util';
import type { Size } from '../kit/repository.ts';

/** What the command line asked for. */
export interface Options {
  /** Measured deployments of each contender in each row. */
  readonly runs: number;
  readonly roundTripsMs: readonly number[];
  readonly hostCounts: readonly number[];
  /** Names of contenders. */
  readonly only: readonly string[];
  readonly size: Size;
  /** Deployments to hosts that have had none. */
  readonly first: boolean;
  /** How many times slower all is that has a processor of its own then; 1 shares those of this machine. */
  readonly slowness: number;
  readonly json: boolean;
  readonly strict: boolean;
}

/** How it is used. */
export function usageWith(contenders: readonly string[]): string {
  return `
node bench/deploy/main.ts [--runs 5] [--rtt 0,50] [--hosts 1,4] [--only floor,cutover] [--files 200] [--changed 5] [--first] [--slow 1] [--json] [--strict]

  --runs N       measured deployments of each contender in each row
  --rtt LIST     round trips in milliseconds
  --hosts LIST   numbers of hosts
  --only LIST    contenders: ${contenders.join(', ')}
  --files N      files in the repository, 6.6 kB each
  --changed N    files that each deployment changes
  --first        measure first deployments: to hosts on which nothing lies but the shared paths
  --slow N       slow motion: the driver, each ssh client and each host have a processor of their own, all of them N times slower; times are divided by N
  --json         print the samples as JSON instead of tables
  --strict       exit with 1 when something to be reached was not reached
`.trim();
}

/** Reads the arguments; throws a sentence when they make no sense. Null asks for the usage. */
export function readOptions(argv: readonly string[], contenders: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '5' },
      rtt: { type: 'string', default: '0,50' },
      hosts: { type: 'string', default: '1,4' },
      only: { type: 'string' },
      files: { type: 'string', default: '200' },
      changed: { type: 'string', default: '5' },
      first: { type: 'boolean', default: false },
      slow: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const [runs = 1] = numbers('--runs', values.runs, 1);
  return {
    runs,
    roundTripsMs: numbers('--rtt', values.rtt, 0),
    hostCounts: numbers('--hosts', values.hosts, 1),
    only: namesOf(values.only, contenders),
    size: { files: one('--files', values.files), changed: one('--changed', values.changed) },
    first: values.first,
    slowness: one('--slow', values.slow),
    json: values.json,
    strict: values.strict,
  };
}

function one(option: string, text: string): number {
  return numbers(option, text, 1)[0] ?? 1;
}

function namesOf(text: string | undefined, known: readonly string[]): readonly string[] {
  const names = text?.split(',') ?? known;
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`--only knows ${known.join(', ')}; not ${unknown.join(', ')}.`);
  return names;
}

function numbers(option: string, text: string, least: number): readonly number[] {
  const list = text.split(',').map(Number);
  const isSound = list.every((value) => Number.isInteger(value) && value >= least);
  if (!isSound) throw new Error(`${option} takes whole numbers from ${least}, separated by commas: ${text}`);
  return list;
}
