import type { AppProcess } from '../../model/process.ts';
import { quote, type Shell, sh } from '../../shell/text.ts';

/*
 * The bridge of a program that cannot listen on a socket: it takes requests on the release's socket and passes them on, byte by byte, to a free
 * port that it gives the program. So a swap moves the traffic there as well, and no web server has to be told of a port.
 */

/** What the bridge is called in the process's directory. */
export const bridgeFile = 'bridge.cjs';

/** The variable by which a process finds it. */
export const bridgeVariable = 'CUTOVER_BRIDGE';

/** Whether the process takes requests through a bridge. */
export function isBridged({ listen }: AppProcess): boolean {
  return listen?.kind === 'socket' && listen.toPort;
}

/** The shell text that runs the process, in the release's directory. */
export function runText(program: AppProcess): string {
  return isBridged(program) ? `exec node "$${bridgeVariable}" ${quote(program.run)}` : program.run;
}

/** Writes the bridge where the process finds it. Wants `$directory`. */
export const writeBridge: Shell = sh`
  command -v node > /dev/null 2>&1 || { echo "node is not here: it is needed to pass on what comes in over the socket (toPort)."; exit 1; }
  printf '%s\n' ${bridge()} > "$directory/${bridgeFile}"`;

/**
 * Whatever ends a process sends its signal to all that it started, so the bridge keeps none for itself: it goes on until the last answer
 * is out, and ends as the program did. The shell may end before what it runs.
 */
function bridge(): string {
  return `
const net = require('node:net');
const { spawn } = require('node:child_process');
const { signals } = require('node:os').constants;
const host = '127.0.0.1';
const asked = net.createServer().listen(0, host, () => {
  const { port } = asked.address();
  asked.close(() => begin(port));
});
function begin(port) {
  const env = { ...process.env, PORT: String(port) };
  const program = spawn('sh', ['-c', process.argv[2]], { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']) process.on(signal, () => {});
  const server = net.createServer({ allowHalfOpen: true }, (client) => {
    const inner = net.connect({ port, host, allowHalfOpen: true });
    client.on('error', () => {}).on('close', () => inner.destroy());
    inner.on('error', () => client.destroy()).on('end', () => client.destroySoon());
    client.pipe(inner).pipe(client);
  }).listen(process.env.PORT);
  program.on('exit', (code, signal) => server.close(() => process.exit(code ?? 128 + signals[signal])));
}
`.trim();
}
