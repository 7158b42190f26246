import { caching } from './specs/caching.ts';
import { deploying, looking } from './specs/deploying.ts';
import { showing } from './specs/showing.ts';
import type { Spec } from './specs/spec.ts';
import { completing, working } from './specs/working.ts';

/** All commands, in the order in which help shows them. */
export const commands: readonly Spec[] = [...deploying, ...looking, ...working, ...caching, ...showing, ...completing];
