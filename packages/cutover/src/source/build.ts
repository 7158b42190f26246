import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Build } from '../model/source.ts';
import { sh } from '../shell/text.ts';
import { git, gitFailed } from './git.ts';
import { cancelled, isSourceProblem, reasonOf, type SourceProblem, sourceProblem } from './problem.ts';
import { run } from './process.ts';

/** A build of a revision, and what it runs with. */
export interface BuildWish {
  /** The repository that has the tree. */
  readonly repository: string;
  readonly tree: string;
  readonly build: Build;
  readonly env: NodeJS.ProcessEnv;
  /** Hears what the build prints, as it comes. */
  said(text: string): void;
  readonly signal: AbortSignal;
}

/** The result of a build, in a temporary directory. */
export interface BuiltTree {
  readonly path: string;
  /** Removes all of it; so does the end of this process. */
  dispose(): Promise<void>;
}

/** Checks a tree out into a temporary directory and builds there; the repository and its work tree are only read. */
export async function buildTree(wish: BuildWish): Promise<BuiltTree | SourceProblem> {
  const place = await temporary().catch((error: unknown) =>
    sourceProblem('no-room', `No directory to build in could be made in ${tmpdir()}: ${reasonOf(error)}`),
  );
  if (isSourceProblem(place)) return place;
  const problem = (await checkOut(wish, place.path)) ?? (await carryOutBuild(wish, place.path));
  if (problem === null) return { ...place, path: join(place.path, 'tree', wish.build.path) };
  await place.dispose();
  return problem;
}

async function temporary(): Promise<BuiltTree> {
  const path = await mkdtemp(join(tmpdir(), 'cutover-build-'));
  const atExit = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', atExit);
  await mkdir(join(path, 'tree'));
  return {
    path,
    async dispose() {
      await rm(path, { recursive: true, force: true });
      process.off('exit', atExit);
    },
  };
}

async function checkOut({ repository, tree, env, signal }: BuildWish, place: string): Promise<SourceProblem | null> {
  const archive = join(place, 'tree.tar');
  const answer = await git({ repository, signal, args: ['archive', '--format=tar', '-o', archive, tree] });
  if (isSourceProblem(answer)) return answer;
  if (answer.code !== 0) return gitFailed('check the revision out', answer);
  const args = ['-xf', archive, '-C', join(place, 'tree')];
  const unpacked = await run({ program: 'tar', args, env, signal });
  if (unpacked.kind === 'cancelled') return cancelled;
  if (unpacked.kind === 'ended' && unpacked.code === 0) return null;
  const why = unpacked.kind === 'ended' ? unpacked.stderr.trim().slice(0, 500) : unpacked.reason;
  return sourceProblem('build-failed', `The revision could not be unpacked into ${place} with tar: ${why}`);
}

/** In a process group of its own, so that all of it can be ended. */
async function carryOutBuild({ build, env, said, signal }: BuildWish, place: string): Promise<SourceProblem | null> {
  const limit = AbortSignal.timeout(build.limitMs);
  const child = spawn('sh', ['-c', String(inBash(build.run))], {
    cwd: join(place, 'tree'),
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', said);
  const stop = (): void => endGroup(child.pid);
  const either = AbortSignal.any([signal, limit]);
  either.addEventListener('abort', stop, { once: true });
  if (either.aborted) stop();
  const [code] = await once(child, 'close').catch((error: unknown) => [reasonOf(error)]);
  either.removeEventListener('abort', stop);
  if (signal.aborted) return cancelled;
  if (limit.aborted)
    return sourceProblem(
      'build-failed',
      `The build here was stopped after ${build.limitMs / 1000} seconds, its limit.`,
    );
  if (code === 0) return null;
  const how = typeof code === 'number' ? `ended with exit code ${code}` : `could not be run to its end (${code})`;
  return sourceProblem('build-failed', `The build here ${how}. What it printed stands above.`);
}

function inBash(text: string) {
  return sh`
    if command -v bash > /dev/null; then exec bash -e -o pipefail -c ${text}; fi
    exec sh -e -c ${text}`;
}

/** Asked first; what does not listen is ended. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // It has ended already.
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), 5000).unref();
}
