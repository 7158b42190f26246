import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file of our own so that a power cut leaves the one of before or the new one, never half of either: under another name,
 * flushed, renamed, and the directory flushed. Readable by the user alone. Throws what the file system throws.
 */
export function writeDurably(path: string, text: string): void {
  const fresh = `${path}.new`;
  const file = openSync(fresh, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  flushDirectory(dirname(path));
}

/** Puts the names in a directory on the disk. Where directories cannot be flushed, that is the system's to do. */
function flushDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } catch {
    // Not every file system can.
  } finally {
    closeSync(directory);
  }
}
