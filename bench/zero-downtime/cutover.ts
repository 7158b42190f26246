import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../kit/run.ts';
import { filesOf, type SiteKind, writeFiles } from './site.ts';

/** Puts versions in service. */
export interface Activator {
  /** Puts a version in service and resolves when that is reported as done. */
  activate(version: number): Promise<void>;
  stop(): Promise<void>;
}

/** Cutover's command line in a project of its own. */
export interface ByCutover extends Activator {
  /** Calls it, and answers what it printed. */
  cutover(...args: readonly string[]): Promise<string>;
}

const main = join(import.meta.dirname, '../../packages/cutover/src/cli/main.ts');

/** Cutover by its command line, on this machine itself unless `config` says otherwise; `config` is merged over what every site has. */
export function cutoverFor(
  directory: string,
  site: {
    readonly kind: SiteKind;
    readonly path: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly env?: NodeJS.ProcessEnv;
  },
): ByCutover {
  const repository = join(directory, 'app');
  mkdirSync(repository, { recursive: true });
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', repository, ...args], { stdio: 'ignore' });
  git('init', '-q', '-b', 'main');
  git('config', 'user.email', 'bench@example.com');
  git('config', 'user.name', 'Bench');
  const config = {
    project: 'bench',
    source: { type: 'git', ref: 'main' },
    keep: 3,
    stages: { bench: { path: site.path, hosts: { here: { local: true } } } },
    ...site.config,
  };
  writeFileSync(join(repository, 'cutover.config.json'), JSON.stringify(config));
  const env = {
    ...process.env,
    ...site.env,
    HOME: directory,
    XDG_STATE_HOME: join(directory, 'state'),
    NODE_COMPILE_CACHE: join(directory, 'compiled'),
    NO_COLOR: '1',
  };
  const cutover = (...args: readonly string[]) =>
    must({ argv: [process.execPath, main, ...args], cwd: repository, env });
  return {
    cutover,
    async activate(version) {
      writeFiles(repository, filesOf(site.kind, version));
      git('add', '-A');
      git('commit', '-q', '-m', `Version ${version}`);
      await cutover('deploy', '--yes');
    },
    stop: () => stopProcesses(site.path),
  };
}

/** Ends what the own manager still runs, by the ids that it noted. */
async function stopProcesses(path: string): Promise<void> {
  const script = `
    for file in "$1"/.cutover/processes/*/*/pid "$1"/.cutover/processes/*/*/child; do
      [ -s "$file" ] && read -r pid rest < "$file" && kill -KILL "-$pid"
    done 2>/dev/null; :`;
  await must({ argv: ['sh', '-c', script, 'sh', path], cwd: '/', env: process.env });
}
