import { join } from 'node:path';

/** The repository's directory. */
export const root = join(import.meta.dirname, '..');
