import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Git that is watched, or hindered. */
export interface WatchedGit {
  /** A PATH on which it comes first. */
  readonly path: string;
  /** What it was called with, of the calls that hold `text`. */
  calls(text: string): readonly string[];
}

/** Puts a program in the place of git that notes its arguments, does this shell text first, and then what git does. */
export function watchedGit(directory: string, first = ':'): WatchedGit {
  const [log, bin, path] = [join(directory, 'git-calls'), join(directory, 'git-bin'), process.env['PATH']];
  mkdirSync(bin, { recursive: true });
  writeFileSync(log, '');
  const script = `#!/bin/sh\necho "$*" >> '${log}'\nPATH='${path}'\n${first}\nexec git "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  return {
    path: `${bin}:${path}`,
    calls: (text) =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((call) => call.includes(text)),
  };
}
