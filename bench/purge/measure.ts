import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseCache } from '../../packages/cutover/src/model/cache.ts';
import { cachesPhp } from '../../packages/cutover/src/plan/purge/php/main.ts';
import { type Command, run } from '../kit/run.ts';
import type { Server } from './server.ts';
import { visit } from './visitor.ts';

const release = '20260101000000';
const live = '20260322120000';
const prefix = `shop:${release}:`;

/** A way to remove the keys of a release. */
export interface Contender {
  readonly name: string;
  /** Whether the keys of others are to be there afterwards. */
  readonly spares: boolean;
  command(where: { readonly port: number; readonly directory: string }): Command;
}

/** How one run went. */
export interface Sample {
  readonly name: string;
  readonly seconds: number;
  /** Milliseconds of each answer that another client waited for meanwhile. */
  readonly waits: readonly number[];
  /** The longest command, by the server's own clock. */
  readonly longestMs: number;
  readonly left: { readonly own: number; readonly others: number };
}

const shell = (text: string, directory: string, env: NodeJS.ProcessEnv = {}): Command => ({
  argv: ['sh', '-c', text],
  cwd: directory,
  env: { ...process.env, ...env },
});

/** Cutover, what people do by hand, and nothing at all. */
export const contenders: readonly Contender[] = [
  { name: 'nothing', spares: true, command: ({ directory }) => shell('sleep 2', directory) },
  {
    name: 'Cutover',
    spares: true,
    command({ port, directory }) {
      const connection = { kind: 'server', topology: 'standalone', urls: [`redis://127.0.0.1:${port}`] } as const;
      const cache: ReleaseCache = {
        kind: 'redis',
        name: 'data',
        connection: { ...connection, master: null, password: null },
        prefix,
      };
      const asked = { do: 'purge', isolation: 'off', releases: [release], kept: [live], live };
      return shell('exec php purge.php', directory, {
        CUTOVER_CACHES: JSON.stringify({ ...asked, declared: { [release]: [cache] } }),
      });
    },
  },
  {
    name: 'redis-cli --scan | xargs UNLINK',
    spares: true,
    command: ({ port, directory }) =>
      shell(`redis-cli -p ${port} --scan --pattern '${prefix}*' | xargs redis-cli -p ${port} UNLINK`, directory),
  },
  {
    name: 'redis-cli KEYS | xargs DEL',
    spares: true,
    command: ({ port, directory }) =>
      shell(`redis-cli -p ${port} KEYS '${prefix}*' | xargs redis-cli -p ${port} DEL`, directory),
  },
  {
    name: 'FLUSHDB',
    spares: false,
    command: ({ port, directory }) => shell(`redis-cli -p ${port} FLUSHDB`, directory),
  },
];

interface Where {
  readonly server: Server;
  readonly stock: { readonly keys: number; readonly own: number };
  readonly directory: string;
}

/** Fills the server, lets the contender do its work while another client asks, and looks at what is left. */
export async function measure(contender: Contender, { server, stock, directory }: Where): Promise<Sample> {
  await server.cli('flushall');
  await server.cli('debug', 'populate', String(stock.own), prefix.slice(0, -1), '64');
  await server.cli('debug', 'populate', String(stock.keys - stock.own), 'other', '64');
  await mkdir(join(directory, '.cutover'), { recursive: true });
  await writeFile(join(directory, 'purge.php'), cachesPhp);
  await server.cli('config', 'set', 'slowlog-log-slower-than', '100', 'slowlog-max-len', '10000');
  await sleep(500);
  await server.cli('slowlog', 'reset');
  const visitor = await visit(server.port);
  const ran = await run(contender.command({ port: server.port, directory }));
  const waits = await visitor.leave();
  if (ran.code !== 0) throw new Error(`${contender.name} ended with ${ran.code}:\n${ran.output.slice(0, 2000)}`);
  const longestMs = longestOf(await server.cli('--json', 'slowlog', 'get', '-1'));
  const others = Number(await server.cli('dbsize'));
  const own = await leftOf(server, prefix);
  if (contender.spares && others - own !== stock.keys - stock.own)
    throw new Error(`${contender.name} removed keys of others.`);
  return { name: contender.name, seconds: ran.ms / 1000, waits, longestMs, left: { own, others: others - own } };
}

async function leftOf(server: Server, begun: string): Promise<number> {
  const listed = await server.cli('--scan', '--pattern', `${begun}*`);
  return listed.split('\n').filter((line) => line !== '').length;
}

/** Microseconds stand third in each entry of the log. */
function longestOf(log: string): number {
  const entries = JSON.parse(log) as readonly (readonly [number, number, number])[];
  return Math.max(0, ...entries.map(([, , micros]) => micros)) / 1000;
}
