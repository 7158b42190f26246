import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version } from './version.ts';

/** Which program this is: its version; of sources, which change under it, also when the last of them was changed. */
export function edition(): string {
  if (!import.meta.filename.endsWith('.ts')) return version;
  const root = join(import.meta.dirname, '..');
  const changed = readdirSync(root, { recursive: true, encoding: 'utf8' }).map(
    (file) => statSync(join(root, file)).mtimeMs,
  );
  return `${version} of ${Math.max(...changed)}`;
}
