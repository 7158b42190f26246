import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LoadedConfig } from '../../src/config/loaded.ts';
import { pathText, type Result } from '../../src/config/problem.ts';
import { resolveStage, type StageWish } from '../../src/config/resolve.ts';
import { allHosts } from '../../src/config/select.ts';
import type { Settings } from '../../src/model/settings.ts';

/** A directory of the test's own with files in it; it goes away with the test. */
export function directoryWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'cutover config-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** A config as if it had been read from a file whose places nobody knows. */
export function loaded(input: unknown): LoadedConfig {
  return { file: '/project/cutover.config.ts', directory: '/project', text: '', input, locate: () => null };
}

/** The smallest config, with more laid over it. */
export function configWith(more: object = {}, stage: object = {}): object {
  return {
    project: 'shop',
    path: '/srv/shop',
    ...more,
    stages: { production: { hosts: { web1: { roles: ['app'] } }, ...stage } },
  };
}

/** Resolves with nothing special wanted. */
export function resolved(input: unknown, wish: Partial<StageWish> = {}): Result<Settings> {
  return resolveStage(loaded(input), { stage: null, env: {}, set: [], selection: allHosts, ...wish });
}

/** The settings of a config without problems. */
export function settingsOf(input: unknown, wish: Partial<StageWish> = {}): Settings {
  const result = resolved(input, wish);
  assert.ok(
    result.ok,
    result.ok ? '' : result.problems.map(({ path, message }) => `${pathText(path)} ${message}`).join('\n'),
  );
  return result.value;
}

/** The problems of a config as `path: sentence` lines, with the suggestion behind an arrow. */
export function problemsOf(input: unknown, wish: Partial<StageWish> = {}): string[] {
  return linesOf(resolved(input, wish));
}

/** The problems of a result as lines. */
export function linesOf(result: Result<unknown>): string[] {
  if (result.ok) return [];
  return result.problems.map(({ path, message, suggestion }) => {
    const head = path.length === 0 ? message : `${pathText(path)}: ${message}`;
    return suggestion === null ? head : `${head} → ${suggestion}`;
  });
}
