import type { Fix } from '../../../model/fix.ts';
import type { Said } from '../finding.ts';

/** Nothing need be done. */
export function good(sentence: string): Said {
  return { level: 'ok', sentence, mend: null };
}

/** It works, or could not be verified. */
export function warning(sentence: string, mend: string | null, fixes: readonly Fix[] = []): Said {
  return { level: 'warning', sentence, mend, fixes };
}

/** Visitors would meet it. */
export function problem(sentence: string, mend: string | null, fixes: readonly Fix[] = []): Said {
  return { level: 'problem', sentence, mend, fixes };
}
