import type { Source } from '../model/source.ts';
import { resolveFetch } from './fetch-revision.ts';
import { identifyGit } from './git-revision.ts';
import { isSourceProblem, type SourceProblem } from './problem.ts';
import type { IdentifiedSource, ResolvedSource, ResolveOptions } from './resolved.ts';

/** Finds the one revision that the source's ref stands for. Changes nothing; only a `fetch` source asks another machine. */
export async function identifyRevision(
  source: Source,
  options: ResolveOptions,
): Promise<IdentifiedSource | SourceProblem> {
  switch (source.kind) {
    case 'git':
      return identifyGit(source, options.signal);
    case 'fetch':
      return vetted(await resolveFetch(source, options));
    case 'artifact': {
      // Loaded only here: archives are the rare case, and their packages would cost every other deployment.
      const { resolveArtifact } = await import('./artifact-revision.ts');
      return vetted(await resolveArtifact(source, options.signal));
    }
  }
}

function vetted(resolved: ResolvedSource | SourceProblem): IdentifiedSource | SourceProblem {
  if (isSourceProblem(resolved)) return resolved;
  const { notes, ...identified } = resolved;
  return { ...identified, vetting: Promise.resolve({ notes }) };
}
