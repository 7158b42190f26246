import type { Face } from '../report/face.ts';

/** The same face, and whether anything failed on any host: where failures are tolerated, the outcome does not tell. */
export function watched(face: Face): Face & { sawFailure(): boolean } {
  let isFailed = false;
  return {
    event(event) {
      isFailed ||= event.type === 'step.failed' || event.type === 'host.lost';
      face.event(event);
    },
    end: () => face.end(),
    sawFailure: () => isFailed,
  };
}
