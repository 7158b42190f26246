import { maskSecrets } from '../events/mask.ts';
import type { Settings } from '../model/settings.ts';
import { isBuiltOnce } from '../model/source.ts';
import { cleanLine } from '../report/clean.ts';
import { LineBuffer } from '../report/lines.ts';
import type { BuiltTree } from '../source/build.ts';
import { isSourceProblem, type SourceProblem } from '../source/problem.ts';
import { Exit, type ExitCode } from './exit.ts';
import type { Intent } from './intent.ts';
import type { Outside } from './outside.ts';
import { stopSignals } from './signals.ts';
import { tellSentences } from './telling.ts';

type Known = Exclude<Intent, SourceProblem>;

/**
 * Builds what the source says is built once, before any host is looked at: it may take minutes, and what was seen of a host should
 * be fresh. The revision stays the commit; what is sent is the artifact that was made of it, which is gone afterwards. Of a
 * source that is sent as it is, nothing is built.
 */
export async function withBuilt(
  intent: Intent,
  { settings, outside }: { readonly settings: Settings; readonly outside: Outside },
  act: (made: Known) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { intent: made, dispose } = await built(intent, settings, outside);
  try {
    if (!isSourceProblem(made)) return await act(made);
    await tellSentences([made.message, 'Nothing was changed.'], outside);
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
  const withoutBuild = (answer: Intent): BuiltIntent => ({ intent: answer, dispose: async () => {} });
  if (isSourceProblem(intent) || !isBuiltOnce(intent.source)) return withoutBuild(intent);
  const { identified, source } = intent;
  const { repository, build } = source;
  const vetted = await identified.vetting;
  if (isSourceProblem(vetted)) return withoutBuild(vetted);
  outside.err(`Building ${identified.revision.id.slice(0, 10)} on ${build.on?.name ?? 'this machine'}.\n`);
  const own = environmentOf(settings, identified.revision);
  const env = { ...outside.env, ...own };
  const made = await stoppable(async (signal) => {
    const { buildTree } = await import('../source/build.ts');
    const { on } = build;
    const output = outputOf(settings, outside);
    const there = { build, env: own, settings, outside, said: output.hear, signal };
    const elsewhere = on && (await import('./build-host.ts')).buildOn(on, there);
    const wish = { repository, tree: identified.tree ?? '', build, elsewhere, env, said: output.hear, signal };
    const tree = await buildTree(wish);
    output.end();
    return isSourceProblem(tree) ? tree : await asArtifact(tree, build.exclude, signal);
  });
  if (isSourceProblem(made)) return withoutBuild(made);
  const { source: sent, resolved, dispose } = made;
  const { tree, remainder, archive } = resolved;
  const vetting = Promise.resolve({ notes: [...vetted.notes, ...resolved.notes] });
  return {
    intent: { source: sent, identified: { revision: identified.revision, tree, remainder, archive, vetting } },
    dispose,
  };
}

/** What was built as an artifact; nothing is left of one that cannot be sent. */
async function asArtifact({ path, dispose }: BuiltTree, exclude: readonly string[], signal: AbortSignal) {
  const { resolveArtifact } = await import('../source/artifact-revision.ts');
  const source = { kind: 'artifact', path, exclude } as const;
  const resolved = await resolveArtifact(source, signal);
  if (!isSourceProblem(resolved)) return { source, resolved, dispose };
  await dispose();
  return resolved;
}

function environmentOf(
  { project, stage, env }: Settings,
  { id, branch, ref }: Known['identified']['revision'],
): Readonly<Record<string, string>> {
  const own = { CUTOVER_NAME: project, CUTOVER_STAGE: stage, CUTOVER_SHA: id, CUTOVER_BRANCH: branch ?? ref };
  return { ...own, ...env };
}

/** What a build prints, in whole lines, without secrets and without anything that could move the cursor. */
function outputOf({ secrets }: Settings, { err, isTerminal }: Outside): { hear(text: string): void; end(): void } {
  const [mask, buffer] = [maskSecrets(Object.values(secrets)), new LineBuffer()];
  const say = (lines: readonly string[]): void => lines.forEach((line) => err(`${cleanLine(line, isTerminal)}\n`));
  return {
    hear: (text) => say(buffer.push(mask.push(text))),
    end() {
      say(buffer.push(mask.end()));
      say(buffer.end());
    },
  };
}

/** Ctrl-C ends the build and not this process, which has to put things away. */
async function stoppable<T>(act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const heard = (): void => stop.abort();
  for (const name of stopSignals) process.on(name, heard);
  try {
    return await act(stop.signal);
  } finally {
    for (const name of stopSignals) process.off(name, heard);
  }
}
