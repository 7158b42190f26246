import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { changesOf, configOf } from './application.ts';
import type { Place } from './place.ts';
import type { WebServer } from './server/server.ts';
import type { Chapter } from './story.ts';

/** The shop's git repository. */
export interface Repository {
  /** Commits what the release changes. */
  commit(chapter: Chapter): Promise<void>;
}

/** Makes the repository, with the config in it. `server` is what will serve the shop. */
export async function makeRepository(
  place: Place,
  server: Pick<WebServer, 'url' | 'fpm'>,
  signal: AbortSignal,
): Promise<Repository> {
  const git = gitIn(place, signal);
  await git('init', '--quiet', '--initial-branch=main');
  await write(place.shop, { 'cutover.config.ts': configOf({ deployPath: place.deployPath, ...server }) });
  return {
    async commit(chapter) {
      await write(place.shop, changesOf(chapter));
      await git('add', '--all');
      await git('commit', '--quiet', '--message', chapter.message);
    },
  };
}

const gitLimitMs = 20_000;

type Git = (...args: readonly string[]) => Promise<void>;

function gitIn({ shop, env }: Place, signal: AbortSignal): Git {
  const run = promisify(execFile);
  const identity = ['-c', 'user.name=Quill', '-c', 'user.email=quill@shop.example', '-c', 'gc.auto=0'];
  return async (...args) => {
    await run('git', [...identity, ...args], { cwd: shop, env, signal, timeout: gitLimitMs }).catch(explain);
  };
}

function explain(error: Error & { readonly code?: unknown }): never {
  throw error.code === 'ENOENT' ? new Error('git is not in PATH: install it', { cause: error }) : error;
}

async function write(directory: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
