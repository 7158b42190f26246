import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { Hosts } from '../kit/hosts.ts';
import { onItsProcessor } from '../kit/processors.ts';
import type { Command } from '../kit/run.ts';

/** What a program took, itself and the children that it waited for apart. */
export interface Watched {
  readonly seconds: number;
  /** The most memory that it held at a time, in megabytes; its children's is not in it. */
  readonly megabytes: number;
  /** Processor time of its own, in seconds. */
  readonly cpuSeconds: number;
  readonly output: string;
}

const everyMs = 25;

/** Runs a program and looks at it every few milliseconds; throws with its output when it fails. Needs Linux. */
export async function watch({ argv, cwd, env }: Command, hosts: Pick<Hosts, 'secondsOf'>): Promise<Watched> {
  const [program, ...args] = onItsProcessor(argv, env);
  const began = performance.now();
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  let last = { megabytes: 0, cpuSeconds: 0 };
  const timer = setInterval(() => {
    last = lookAt(child.pid ?? 0) ?? last;
  }, everyMs);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearInterval(timer);
  process.off('exit', kill);
  const output = out + err;
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}:\n${output.slice(-4000)}`);
  return { seconds: hosts.secondsOf(performance.now() - began), ...last, output };
}

/** Null when it has just ended. */
function lookAt(pid: number): { readonly megabytes: number; readonly cpuSeconds: number } | null {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    if (peak === undefined) return null;
    // In ticks, of which Linux shows a hundred a second.
    return { megabytes: Number(peak) / 1024, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    return null;
  }
}
