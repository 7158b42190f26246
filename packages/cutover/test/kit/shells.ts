import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../src/shell/text.ts';
import { makeTools, type ToolChanges } from './tools.ts';

/** A kind of host by what its `sh` and its tools are. */
export interface ShellKind {
  readonly name: string;
  /** What `sh` is there. */
  readonly sh: string;
  /** Tools that busybox stands for. */
  readonly applets: readonly string[];
}

const applets = [
  'sh',
  'head',
  'cat',
  'mkdir',
  'rm',
  'sleep',
  'dd',
  'gzip',
  'base64',
  'tee',
  'setsid',
  'sha256sum',
  'printf',
  'test',
  'env',
  'wc',
];

/** The kinds of host that strict POSIX text must run on and that this machine can play. */
export const shellKinds: readonly ShellKind[] = [
  { name: 'dash', sh: '/bin/dash', applets: [] },
  { name: 'bash', sh: '/bin/bash', applets: [] },
  { name: 'busybox', sh: '/bin/busybox', applets },
].filter((kind) => existsSync(kind.sh));

/** Makes, below `directory`, a program that takes `-c <command>` as a login shell of such a host does. */
export function makeLoginShell(directory: string, kind: ShellKind): string {
  const tools = join(directory, `tools-${kind.name}`);
  mkdirSync(tools, { recursive: true });
  symlinkSync(kind.sh, join(tools, 'sh'));
  for (const applet of kind.applets) if (applet !== 'sh') symlinkSync('/bin/busybox', join(tools, applet));
  return writeLoginShell(join(directory, `login-${kind.name}`), `PATH=${quote(tools)}:$PATH`);
}

/** Makes one on whose PATH are the tools of such a host and no others. */
export function makeBareShell(directory: string, name: string, changes: ToolChanges): string {
  const tools = makeTools(join(directory, name), changes);
  return writeLoginShell(join(directory, `login-${name}`), `PATH=${quote(tools)}`);
}

/** Where a tool of this machine lies. */
export function placeOf(tool: string): string {
  return execFileSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', tool], { encoding: 'utf8' }).trim();
}

/** Writes such a program with a PATH of the test's own, given as text of `sh`. */
export function writeLoginShell(path: string, setPath: string): string {
  writeFileSync(path, `#!/bin/sh\n${setPath}; export PATH\nexec sh "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}
