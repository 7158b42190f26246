import { cleanLine } from '../clean.ts';
import type { Look } from './examine.ts';

/** So much of a line is evidence enough. */
const shownChars = 60;

/**
 * Whether the login shell keeps quiet where it only runs a command. What it prints comes before all that other programs say over the same
 * connection; Cutover waits for its own greeting and passes over it.
 */
export const loginShell: Look = ({ noise, logins }) => {
  const first = noise
    .split('\n')
    .map((line) => cleanLine(line, false).trim())
    .find((line) => line !== '');
  if (first === undefined) return null;
  const shown = first.length > shownChars ? `${first.slice(0, shownChars)}…` : first;
  const name = (logins?.text('shell') ?? '').split('/').at(-1) ?? '';
  return {
    level: 'warning',
    sentence: `The login shell prints before it runs a command, first “${shown}”. Cutover passes over it, but scp, rsync and git take it for an answer and fail, or hang, and what prints it takes its time at every connection.`,
    mend: `Let it be printed only where somebody looks: ${mends[name] ?? mends.other}`,
  };
};

/** By the shell's own name. Bash alone reads its file of interactive shells for commands over ssh too. */
const mends: Readonly<Record<string, string>> & { readonly other: string } = {
  bash: 'write "case $- in *i*) ;; *) return ;; esac" as the first line of ~/.bashrc (and of /etc/bash.bashrc, if that prints it).',
  zsh: 'move what prints it from ~/.zshenv (or /etc/zsh/zshenv) to ~/.zshrc, which only interactive shells read.',
  fish: 'write "status is-interactive; or return" as the first line of ~/.config/fish/config.fish.',
  tcsh: 'write "if (! $?prompt) exit" as the first line of ~/.cshrc (or ~/.tcshrc).',
  csh: 'write "if (! $?prompt) exit" as the first line of ~/.cshrc.',
  other:
    'look into ~/.ssh/rc, /etc/ssh/sshrc and a ForceCommand of sshd, and print nothing there unless "$-" holds an i.',
};
