/** Why a segment or a step did not succeed. Nothing in Cutover decides by a message's text. */
export type Failure =
  | { readonly kind: 'exit'; readonly code: number }
  /** Of the step, unless it says otherwise: `idle` is a step that printed nothing for so long, `phase` its whole phase, `start` what did not begin, `transfer` what did not arrive so that it could. */
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly of?: 'idle' | 'phase' | 'start' | 'transfer' }
  | { readonly kind: 'cancelled' }
  /** No session could be opened. */
  | { readonly kind: 'unreachable'; readonly reason: UnreachableReason; readonly message: string }
  /**
   * The session ended while something ran: what it did is not known. `isFinal` when no other session can tell more: what ran
   * was bound to the connection, or `of` says why: its `journal` cannot be read, what was to run it was killed at its `start`, or its `follower` on the
   * host is gone.
   */
  | {
      readonly kind: 'lost';
      readonly message: string;
      readonly isFinal?: boolean;
      readonly of?: 'journal' | 'start' | 'follower';
    };

/** What kept a session from opening. */
export type UnreachableReason =
  | 'unknown-host-key'
  | 'changed-host-key'
  | 'key-refused'
  | 'key-unusable'
  | 'connection-refused'
  | 'connection-dropped'
  | 'name-not-found'
  | 'no-route'
  | 'no-answer'
  | 'no-shell'
  | 'no-process'
  | 'no-ssh'
  | 'unknown';

/** Whether a line of this text is how a shell says that the system lets it start no other process. It decides nothing but what is told. */
export function isOutOfProcesses(text: string): boolean {
  return forkless.some((line) => line.test(text));
}

/** dash tells the number of the line and no reason; bash, busybox, zsh and tools end with the system's own reason. */
const forkless = [
  /^\S+: \d+: (.+: )?Cannot fork\r?$/m,
  /^.+: (fork(: retry| failed)?|(cannot|can't|unable to) fork): (resource temporarily unavailable|cannot allocate memory|out of memory|no child processes)\r?$/im,
];

/** Exit codes by which our own scripts say what was wrong; the user's commands keep to theirs below 64. */
export const ScriptExit = {
  /** The lock is held by another deployment. */
  locked: 75,
  /** The host no longer serves what the plan was made for. */
  otherBasis: 76,
  /** A shared file that must exist does not. */
  missingShared: 77,
  /** The host's state forbids the step: the message printed before it says why. */
  refused: 78,
  /** What the host keeps for later deployments is damaged: the step that the plan has instead makes it anew. */
  damaged: 79,
  /** The deployment came to its end here, and succeeded, before it was to be taken back. */
  ended: 80,
  /** No space, or no inode, is left where the step writes: the last line that it printed says where, as a sentence. */
  noRoom: 81,
  /** This very deployment has the lock already: another of its hosts has the same deploy path. */
  twice: 82,
  /** What the host was to be sent could not be made or read on the machine that deploys. */
  unsent: 83,
} as const;
