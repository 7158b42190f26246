import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './until.ts';

/** A real Redis on loopback. */
export interface Redis {
  readonly port: number;
  /** With TLS; 0 where there is none. */
  readonly tlsPort: number;
  /** Runs redis-cli against it, with `input` as its standard input, and gives what it prints. */
  cli(args: readonly string[], input?: string): string;
  stop(): Promise<void>;
}

/** How a server differs from an open one. */
export interface RedisOptions {
  /** Lines of its config. */
  readonly config?: readonly string[];
  /** Arguments of redis-cli that it takes to be let in. */
  readonly entry?: readonly string[];
  /** Instead of a free one. */
  readonly port?: number;
  /** Listens with TLS too. */
  readonly certificate?: Certificate;
}

/** Files of a certificate that signs itself. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Starts a server of the test's own on a free port; its files are below `directory`. */
export async function startRedis(directory: string, options: RedisOptions = {}): Promise<Redis> {
  let said = '';
  for (let tries = 0; tries < 5; tries++) {
    const port = options.port ?? (await freePort());
    const [bus, secure] = [await freePort(), await freePort()];
    const lines = ['bind 127.0.0.1', `port ${port}`, 'save ""', 'appendonly no', ...(options.config ?? [])];
    if (lines.includes('cluster-enabled yes')) lines.push(`cluster-port ${bus}`);
    if (options.certificate) lines.push(...tlsLines(options.certificate, secure));
    const home = join(directory, `redis-${port}`);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'redis.conf'), [...lines, `dir ${home}`].join('\n'));
    const child = spawn('redis-server', [join(home, 'redis.conf')], { stdio: ['ignore', 'pipe', 'pipe'] });
    said = await firstWords(child, /Ready to accept connections/);
    if (/Ready to accept connections/.test(said))
      return serverAt({ port, tlsPort: options.certificate ? secure : 0 }, child, options.entry ?? []);
  }
  throw new Error(`redis-server did not start: ${said}`);
}

/** Three masters that share the slots among them. */
export async function startCluster(directory: string, options: RedisOptions = {}): Promise<readonly Redis[]> {
  const config = [...(options.config ?? []), 'cluster-enabled yes', 'cluster-node-timeout 5000'];
  const nodes = await Promise.all([0, 1, 2].map(() => startRedis(directory, { ...options, config })));
  const places = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const create = [...(options.entry ?? []), '--cluster', 'create', ...places, '--cluster-yes'];
  execFileSync('redis-cli', create, { encoding: 'utf8' });
  await until('the cluster is whole', () =>
    nodes.every((node) => /cluster_state:ok/.test(node.cli(['cluster', 'info']))),
  );
  return nodes;
}

/** A sentinel that watches one master under the name `mymaster`. */
export async function startSentinel(directory: string, master: number, password: string): Promise<Redis> {
  const port = await freePort();
  const file = join(directory, 'sentinel.conf');
  const lines = ['bind 127.0.0.1', `port ${port}`, `sentinel monitor mymaster 127.0.0.1 ${master} 1`];
  writeFileSync(
    file,
    [...lines, `sentinel auth-pass mymaster ${JSON.stringify(password)}`, `dir ${directory}`].join('\n'),
  );
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: ['ignore', 'pipe', 'pipe'] });
  await firstWords(child, /\+monitor/);
  return serverAt({ port, tlsPort: 0 }, child, []);
}

/** Makes a certificate for 127.0.0.1. */
export function makeCertificate(directory: string): Certificate {
  const [cert, key] = [join(directory, 'redis.crt'), join(directory, 'redis.key')];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key };
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function tlsLines({ cert, key }: Certificate, port: number): readonly string[] {
  const files = [`tls-cert-file ${cert}`, `tls-key-file ${key}`, `tls-ca-cert-file ${cert}`];
  return [`tls-port ${port}`, 'tls-auth-clients no', ...files];
}

type Ports = Pick<Redis, 'port' | 'tlsPort'>;

function serverAt(ports: Ports, child: ChildProcess, entry: readonly string[]): Redis {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    ...ports,
    cli: (args, input = '') =>
      execFileSync('redis-cli', ['-p', String(ports.port), ...entry, ...args], {
        encoding: 'utf8',
        input,
        stdio: ['pipe', 'pipe', 'ignore'],
        maxBuffer: 2 ** 28,
      }),
    async stop() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function firstWords(child: ChildProcess, wanted: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (wanted.test(said)) resolve(said);
    });
    child.on('exit', () => resolve(said));
    child.on('error', (error) => resolve(error.message));
  });
}
