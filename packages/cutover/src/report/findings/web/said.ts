import type { Finding } from '../finding.ts';

type Said = Omit<Finding, 'name' | 'host'>;

/** Nothing need be done. */
export function good(sentence: string): Said {
  return { level: 'ok', sentence, mend: null };
}

/** It works, or could not be verified. */
export function warning(sentence: string, mend: string | null): Said {
  return { level: 'warning', sentence, mend };
}

/** Visitors would meet it. */
export function problem(sentence: string, mend: string | null): Said {
  return { level: 'problem', sentence, mend };
}
