/** How a command ends, for scripts that call it; `exitMeanings` says what each is. The numbers are permanent. */
export const Exit = {
  succeeded: 0,
  undone: 1,
  usage: 2,
  refused: 3,
  locked: 4,
  stuck: 5,
  defect: 70,
  interrupted: 130,
} as const;

/** One of them. */
export type ExitCode = (typeof Exit)[keyof typeof Exit];

/** What each exit code says, as docs/reference/cli.md has it. */
export const exitMeanings: Readonly<Record<keyof typeof Exit, string>> = {
  succeeded: 'It succeeded, or there was nothing to do; a commit that `skip` names is skipped.',
  undone: 'It failed, and every host serves what it served before. For `exec`: the command failed on a host.',
  usage: 'The command line or the config is wrong. No host was contacted.',
  refused:
    'It was refused, or a host could not be reached, before anything was changed. For `check`: there is a problem.',
  locked: 'Another deployment holds the lock. Nothing was changed.',
  stuck: 'It failed, and at least one host could not be put back: it is named.',
  defect: 'Cutover itself has a defect. What runs on hosts is ended; `cutover status` shows what they serve.',
  interrupted: 'It was stopped by Ctrl-C or a signal, and what was begun was taken back.',
};
