import type { Settings } from '../model/settings.ts';
import type { Source } from '../model/source.ts';
import { isSourceProblem, type SourceProblem } from '../source/problem.ts';
import { Exit, type ExitCode } from './exit.ts';
import type { Intent } from './intent.ts';
import type { Outside } from './outside.ts';

/** Whether something is made of the revision on this machine before it is sent. */
export function isBuiltHere(source: Source): boolean {
  return source.kind === 'git' && source.build !== undefined;
}

/** What was built, as source and as intent. */
type Act = (source: Source, intent: () => Promise<Intent>) => Promise<ExitCode>;

/**
 * Builds what the source says is built on this machine, before any host is contacted: it may take minutes, and what was seen of a
 * host should be fresh. The revision stays the commit; what is sent is the artifact that was made of it, which is gone afterwards.
 */
export async function withBuilt(
  intent: Intent,
  { settings, outside }: { readonly settings: Settings; readonly outside: Outside },
  act: Act,
): Promise<ExitCode> {
  const { intent: made, dispose } = await built(intent, settings, outside);
  try {
    if (!isSourceProblem(made)) return await act(made.source, async () => made);
    outside.err(`${made.message}\nNothing was changed.\n`);
    return made.problem === 'cancelled' ? Exit.interrupted : Exit.refused;
  } finally {
    await dispose();
  }
}

interface BuiltIntent {
  readonly intent: Intent;
  dispose(): Promise<void>;
}

async function built(intent: Intent, settings: Settings, outside: Outside): Promise<BuiltIntent> {
  const nothing = async (): Promise<void> => {};
  if (isSourceProblem(intent) || intent.source.kind !== 'git' || intent.source.build === undefined)
    return { intent, dispose: nothing };
  const { identified } = intent;
  const vetted = await identified.vetting;
  if (isSourceProblem(vetted)) return { intent: vetted, dispose: nothing };
  const { repository, build } = intent.source;
  outside.err(`Building ${identified.revision.id.slice(0, 10)} on this machine.\n`);
  const made = await stoppable(async (signal) => {
    const { buildTree } = await import('../source/build.ts');
    const env = { ...outside.env, ...environmentOf(settings, identified.revision) };
    return buildTree({ repository, tree: identified.tree ?? '', build, env, said: outside.err, signal });
  });
  if (isSourceProblem(made)) return { intent: made, dispose: nothing };
  const artifact = await artifactIn(made.path, build.exclude);
  if (isSourceProblem(artifact)) {
    await made.dispose();
    return { intent: artifact, dispose: nothing };
  }
  const vetting = Promise.resolve({ notes: [...vetted.notes, ...artifact.notes] });
  const source = { kind: 'artifact', path: made.path, exclude: build.exclude } as const;
  const { tree, remainder, archive } = artifact;
  return {
    intent: { source, identified: { revision: identified.revision, tree, remainder, archive, vetting } },
    dispose: () => made.dispose(),
  };
}

async function artifactIn(path: string, exclude: readonly string[]) {
  const { resolveArtifact } = await import('../source/artifact-revision.ts');
  return resolveArtifact({ kind: 'artifact', path, exclude }, new AbortController().signal);
}

function environmentOf(
  { project, stage, env }: Settings,
  { id, branch, ref }: Exclude<Intent, SourceProblem>['identified']['revision'],
): Readonly<Record<string, string>> {
  const own = { CUTOVER_NAME: project, CUTOVER_STAGE: stage, CUTOVER_SHA: id, CUTOVER_BRANCH: branch ?? ref };
  return { ...own, ...env };
}

const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ctrl-C ends the build and not this process, which has to put things away. */
async function stoppable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const heard = (): void => stop.abort();
  for (const name of names) process.on(name, heard);
  try {
    return await act(stop.signal);
  } finally {
    for (const name of names) process.off(name, heard);
  }
}
