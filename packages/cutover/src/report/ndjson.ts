import { encodeEvent } from '../events/ndjson.ts';
import type { Face, Write } from './face.ts';

/** Every event as one line of JSON, as it happens; `docs/reference/events.md` says what each holds. */
export function ndjsonFace(write: Write): Face {
  return {
    event: (event) => write(encodeEvent(event)),
    end: () => {},
  };
}
