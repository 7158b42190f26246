import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Build } from '../model/source.ts';
import { type Shell, sh } from '../shell/text.ts';
import { git, gitFailed } from './git.ts';
import { cancelled, isSourceProblem, reasonOf, type SourceProblem, sourceProblem } from './problem.ts';
import { run } from './process.ts';

/** A build of a revision, and what it runs with. */
export interface BuildWish {
  /** The repository that has the tree. */
  readonly repository: string;
  readonly tree: string;
  readonly build: Build;
  /** Builds in the place of this machine. */
  readonly elsewhere: BuildElsewhere | null;
  readonly env: NodeJS.ProcessEnv;
  /** Hears what the build prints, as it comes. */
  said(text: string): void;
  readonly signal: AbortSignal;
}

/** Builds what the archive `from` holds, and writes what is to be sent of it to the archive `to`, packed with gzip. */
export type BuildElsewhere = (archives: {
  readonly from: string;
  readonly to: string;
}) => Promise<SourceProblem | null>;

/** The result of a build, in a temporary directory. */
export interface BuiltTree {
  readonly path: string;
  /** Removes all of it; so does the end of this process. */
  dispose(): Promise<void>;
}

/** Checks a tree out into a temporary directory and builds there, or elsewhere; the repository and its work tree are only read. */
export async function buildTree(wish: BuildWish): Promise<BuiltTree | SourceProblem> {
  const place = await temporary().catch((error: unknown) =>
    sourceProblem('no-room', `No directory to build in could be made in ${tmpdir()}: ${reasonOf(error)}`),
  );
  if (isSourceProblem(place)) return place;
  const problem = await buildIn(place.path, wish);
  if (problem === null) return { ...place, path: join(place.path, 'tree', wish.build.path) };
  await place.dispose();
  return problem;
}

async function buildIn(place: string, wish: BuildWish): Promise<SourceProblem | null> {
  const [from, to, tree] = [join(place, 'tree.tar'), join(place, 'built.tar.gz'), join(place, 'tree')];
  const problem = await archive(wish, from);
  if (problem !== null) return problem;
  if (wish.elsewhere === null) return (await unpack(wish, from, tree)) ?? (await carryOutBuild(wish, tree));
  const made = join(tree, wish.build.path);
  await mkdir(made, { recursive: true });
  return (await wish.elsewhere({ from, to })) ?? (await unpack(wish, to, made));
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

async function archive({ repository, tree, signal }: BuildWish, to: string): Promise<SourceProblem | null> {
  const answer = await git({ repository, signal, args: ['archive', '--format=tar', '-o', to, tree] });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? null : gitFailed('check the revision out', answer);
}

async function unpack({ env, signal }: BuildWish, file: string, place: string): Promise<SourceProblem | null> {
  const unpacked = await run({ program: 'tar', args: ['-xf', file, '-C', place], env, signal });
  if (unpacked.kind === 'cancelled') return cancelled;
  if (unpacked.kind === 'ended' && unpacked.code === 0) return null;
  const why = unpacked.kind === 'ended' ? unpacked.stderr.trim().slice(0, 500) : unpacked.reason;
  return sourceProblem('build-failed', `${basename(file)} could not be unpacked into ${place} with tar: ${why}`);
}

/** In a process group of its own, so that all of it can be ended. */
async function carryOutBuild({ build, env, said, signal }: BuildWish, tree: string): Promise<SourceProblem | null> {
  const limit = AbortSignal.timeout(build.limitMs);
  const child = spawn('sh', ['-c', String(buildScript(build))], {
    cwd: tree,
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
  if (limit.aborted) return buildTooLong('here', build);
  if (code === 0) return null;
  return buildFailed(
    'here',
    typeof code === 'number' ? `ended with exit code ${code}` : `could not be run to its end (${code})`,
  );
}

/** What went wrong with a build, of which more was printed. */
export function buildFailed(where: string, how: string): SourceProblem {
  return sourceProblem('build-failed', `The build ${where} ${how}. What it printed stands above.`);
}

/** A build that took longer than it may. */
export function buildTooLong(where: string, { limitMs }: Build): SourceProblem {
  return sourceProblem('build-failed', `The build ${where} was stopped after ${limitMs / 1000} seconds, its limit.`);
}

/** What is run, in the checkout. */
export function buildScript({ run: text }: Build): Shell {
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
