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
  const { problem, last } = await sendChunks(payload, send, signal).catch((error: Error) =>
    failed(`The data for this step could not be read: ${error.message}.`),
  );
  const isSent = await send(Buffer.concat([last, Buffer.from(endOfData)]));
  return problem ?? (isSent ? null : broken);
}

/** What became of the data: `last` is the chunk that was not sent yet, for it goes with what ends the data: one packet less. */
interface Sent {
  readonly problem: string | null;
  readonly last: Buffer;
}

function failed(problem: string): Sent {
  return { problem, last: Buffer.alloc(0) };
}

const broken = 'The connection ended during the transfer.';

async function sendChunks(payload: SegmentPayload, send: Send, signal: AbortSignal): Promise<Sent> {
  let last: Buffer = Buffer.alloc(0);
  let bytes = 0;
  for await (const chunk of gathered(payload.read())) {
    if (signal.aborted) return failed('The transfer was cancelled.');
    if (last.length > 0 && !(await send(last))) return failed(broken);
    last = dataFrame(chunk);
    bytes += chunk.length;
  }
  return bytes === payload.bytes
    ? { problem: null, last }
    : { problem: `The data for this step has ${bytes} bytes, but ${payload.bytes} were announced.`, last };
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
