import { dataFrame, endOfData } from './frame.ts';
import type { SegmentPayload } from './session.ts';

/** Payload bytes that are announced at once: few processes on the host, and an upload that can be broken off soon. */
const chunkBytes = 1024 * 1024;

type Send = (data: string | Buffer) => Promise<boolean>;

/**
 * Sends the payload in announced chunks, so that the frame is whole even if the data ends early. Gives null when all
 * promised bytes were sent, or why not, as a sentence. Stops when `signal` is aborted.
 */
export async function upload(payload: SegmentPayload, send: Send, signal: AbortSignal): Promise<string | null> {
  const unsent: Buffer[] = [];
  const problem = await sendChunks(payload, { send, unsent, signal }).catch(
    (error: Error) => `The data for this step could not be read: ${error.message}.`,
  );
  const isSent = await send(Buffer.concat([...unsent, Buffer.from(endOfData)]));
  return problem ?? (isSent ? null : broken);
}

const broken = 'The connection ended during the transfer.';

interface Sending {
  readonly send: Send;
  /** The last chunk, which goes with what ends the data: one packet less. */
  readonly unsent: Buffer[];
  readonly signal: AbortSignal;
}

async function sendChunks(payload: SegmentPayload, { send, unsent, signal }: Sending): Promise<string | null> {
  let bytes = 0;
  for await (const chunk of gathered(payload.read())) {
    if (signal.aborted) return 'The transfer was cancelled.';
    const before = unsent.shift();
    if (before !== undefined && !(await send(before))) return broken;
    unsent.push(dataFrame(chunk));
    bytes += chunk.length;
  }
  return bytes === payload.bytes
    ? null
    : `The data for this step has ${bytes} bytes, but ${payload.bytes} were announced.`;
}

async function* gathered(source: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of source) {
    parts.push(Buffer.from(part));
    bytes += part.length;
    if (bytes < chunkBytes) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(parts);
}
