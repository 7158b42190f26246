import { createHash } from 'node:crypto';

/** What the settings of a command follow from, beside the text of its config and this very edition of Cutover. */
export interface Inputs {
  readonly args: readonly string[];
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables that differ from one shell to the next and that no config is made of. */
const passing = new Set([
  '_',
  'SHLVL',
  'PWD',
  'OLDPWD',
  'COLUMNS',
  'LINES',
  'WINDOWID',
  'TERM_SESSION_ID',
  'XDG_SESSION_ID',
  'SSH_AUTH_SOCK',
  'SSH_CLIENT',
  'SSH_CONNECTION',
  'SSH_TTY',
]);

/** The same command in the same directory, whatever its environment is. */
export function commandKey({ args, directory }: Inputs): string {
  return digest(JSON.stringify([directory, ...args]));
}

/** The environment by its digest alone: it holds secrets. */
export function environmentKey({ env }: Inputs): string {
  const entries = Object.entries(env).filter(([name]) => !passing.has(name));
  return digest(JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1))));
}

/** Of some text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
