import { closeSync, fsync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

/**
 * Writes a file of our own so that a power cut leaves the one of before or the new one, never half of either: under another name,
 * flushed, renamed, and the directory flushed. Readable by the user alone. Rejects with what the file system says.
 */
export async function writeDurably(path: string, text: string): Promise<void> {
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  try {
    writeSync(file, text);
    await flush(file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  await flushDirectory(dirname(path));
}

/** Puts an open file on the disk, while other things are done. */
export function flush(file: number): Promise<void> {
  return promisify(fsync)(file);
}

/** Puts the names in a directory on the disk. Where directories cannot be flushed, that is the system's to do. */
async function flushDirectory(path: string): Promise<void> {
  const directory = openSync(path, 'r');
  await flush(directory).catch(() => undefined);
  closeSync(directory);
}
