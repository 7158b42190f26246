import { type Failure, ScriptExit } from '../model/failure.ts';
import type { Progress, Segment } from './session.ts';

/** A segment whose journal does not tell what became of it. */
export function untold({ journal }: Segment, why: 'foreign' | 'unmade' | 'unfollowed'): Failure {
  if (why === 'unfollowed') return lost('follower', `What followed the journal ${journal} on the host is gone.`);
  return why === 'foreign'
    ? lost(
        'journal',
        `The journal ${journal} on the host is not what was written there: what ran is not known, and what is left of it was kept beside it.`,
      )
    : lost('start', `What was to run on the host was killed before it began: the journal ${journal} says nothing.`);
}

function lost(of: 'journal' | 'start' | 'follower', message: string): Failure {
  return { kind: 'lost', message, isFinal: true, of };
}

/** A segment that cannot be sent fails in its first step, where a person looks for the reason. */
export function refuse(segment: Segment, progress: Progress, reason: string): Failure {
  const step = segment.steps[0]?.id ?? segment.id;
  progress.stepBegan(step);
  progress.stepOutput(step, `${reason}\n`);
  progress.stepEnded(step, ScriptExit.unsent);
  return { kind: 'exit', code: ScriptExit.unsent };
}
