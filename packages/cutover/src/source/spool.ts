import { mkdtempSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { callbackify } from 'node:util';

/** Bytes to be sent, on this machine's disk: they can be read by many at once. */
export interface MadePayload {
  readonly bytes: number;
  /** From the beginning, each time. */
  read(): Readable;
}

/**
 * An open file for the user alone that no directory names any more: however this process ends, nothing is left of it.
 * The caller closes it. What can be done at once is: each time to wait for the event loop is one behind all else that it has to do.
 */
export async function spoolFile(): Promise<FileHandle> {
  const directory = mkdtempSync(join(tmpdir(), 'cutover-'));
  try {
    return await open(join(directory, 'payload'), 'ax+', 0o600);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes to an open file, whose owner closes it: a file stream of node's would close it when its pipeline fails. */
export function writeTo(file: FileHandle): Writable {
  const append = callbackify((chunk: Buffer) => file.appendFile(chunk));
  return new Writable({ write: (chunk: Buffer, _encoding, done) => append(chunk, done) });
}

/** What an open file holds now. */
export async function payloadIn(file: FileHandle): Promise<MadePayload> {
  const { size } = await file.stat();
  return { bytes: size, read: () => Readable.from(chunksOf(file, size), { objectMode: false }) };
}

const chunkBytes = 128 * 1024;

/** By position, so that readers do not disturb one another; never more than was promised. */
async function* chunksOf(file: FileHandle, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const length = Math.min(chunkBytes, bytes - at);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, at);
    if (bytesRead === 0) throw new Error('The file became shorter while it was sent.');
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
