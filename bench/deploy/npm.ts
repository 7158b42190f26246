import { must } from '../kit/run.ts';

/** Installs packages from the npm registry into a directory, without running any script of theirs. */
export async function npmInstall(directory: string, packages: readonly string[]): Promise<void> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  await must({
    argv: ['npm', 'install', '--prefix', directory, ...flags, ...packages],
    cwd: directory,
    env: process.env,
  });
}
