import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../src/model/settings.ts';
import { holderFor, type Job, type Site } from '../../src/plan/job.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import type { MemoryHost } from '../../src/remote/memory/host.ts';
import { type Lifetime, workspace, write } from '../source/kit.ts';
import { aHost, aRevision, aWish, settingsFor } from './wishes.ts';

/** The shells that scripts of steps must run in, each with its leading arguments. */
export const shells: readonly (readonly [string, ...string[]])[] = [['dash'], ['bash'], ['busybox', 'sh']];

/** A deploy path on this machine whose lock the deployment has: scripts of single steps are run in it by hand. */
export interface Place {
  readonly directory: string;
  readonly path: string;
  readonly job: Job;
  readonly site: Site;
  /** Files below the deploy path. */
  write(files: Readonly<Record<string, string>>): void;
  run(script: string, how?: Run): { readonly status: number | null; readonly said: string };
}

/** How a script is run: in `dash` unless told otherwise. */
export interface Run {
  readonly shell?: readonly [string, ...string[]];
  readonly env?: NodeJS.ProcessEnv;
  /** Text of `sh` that is run before. */
  readonly first?: string;
  /** Milliseconds after which it is ended, and has no exit code. */
  readonly limitMs?: number;
}

/** The release that the deployment of a place makes. */
export const placeRelease = '20260322120000';

/** Makes the place; the host is as `memory` has it, as far as the facts go. */
export function placeFor(t: Lifetime, memory: MemoryHost, more: Partial<Settings> = {}): Place {
  const directory = workspace(t);
  const path = join(directory, `de ploy's`);
  const host = aHost('web1', { deployPath: path });
  const facts = memoryFacts(memory, '2026-03-22T12:00:00Z');
  const wish = aWish(settingsFor([host], { layout: 'envoyer', ...more }), { web1: facts });
  const holder = holderFor(wish, 'deploy', 'main');
  const job = { wish, release: placeRelease, revision: aRevision, previous: { web1: memory.current }, holder };
  for (const made of ['.cutover/releases', join('releases', placeRelease)])
    mkdirSync(join(path, made), { recursive: true });
  write(path, { '.cutover/lock/holder': `${JSON.stringify(holder)}\n`, '.cutover/incoming/test-1/locked': '' });
  mkdirSync(join(path, '.cutover/lock/hold.test-1'));
  return {
    directory,
    path,
    job,
    site: { host, path, facts, serves: memory.current, takesOver: null },
    write: (files) => write(path, files),
    run(script, { shell = ['dash'], env = {}, first = ':', limitMs }: Run = {}) {
      const [command, ...leading] = shell;
      const ended = spawnSync(command, [...leading, '-c', `set -eu\n${first}\n${script}`], {
        encoding: 'utf8',
        env: { ...process.env, ...env },
        timeout: limitMs,
        killSignal: 'SIGKILL',
      });
      return { status: ended.status, said: ended.stdout + ended.stderr };
    },
  };
}
