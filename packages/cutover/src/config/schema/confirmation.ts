import * as z from 'zod';
import { duration } from './text.ts';

/** What happens to a release that was put in service and never confirmed, and to a lock whose owner is gone. */
export const confirmation = {
  confirmWithin: duration
    .optional()
    .describe(
      'How long a host waits, once it has put a release in service, to hear that the deployment is confirmed; then it goes back by itself. Unless it is said, it is as long as checks, hooks and a lost connection may take, and two minutes more.',
    )
    .meta({ examples: ['5m'] }),
  onLostDriver: z
    .enum(['revert', 'keep'])
    .default('revert')
    .describe(
      'What a host does that was not confirmed in time, because the machine that deployed died or was cut off: `revert` goes back to the release before, `keep` stays and says that it was never confirmed.',
    ),
  lostAfter: duration
    .prefault('3m')
    .describe(
      'How long a deployment that holds a lock must give no sign of life before the next one may take the lock over.',
    ),
};
