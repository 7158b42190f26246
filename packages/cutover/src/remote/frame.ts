import { quote } from '../shell/text.ts';
import { againFrame, knownFrame, type Lesson, newFrame } from './lesson.ts';
import { packedFrame, plainFrame } from './packed.ts';
import { type Ready, readyText, scriptOf } from './ready.ts';
import type { Segment } from './session.ts';

/** One run of a segment on one channel: its number there, the word that marks its steps, which no other segment has, and what it joins. */
export interface Run {
  readonly seq: number;
  readonly nonce: string;
  readonly joins: Joined | null;
}

/** What a segment goes on with: the journal that an earlier one on the same channel began. */
export interface Joined {
  readonly journal: string;
  readonly heard: Heard;
}

/** What was heard of a journal, whichever segments it is of. */
export interface Heard {
  /** By which number the channel names who follows it. */
  seq: number;
  /** How much of its output. */
  bytes: number;
  /** How it was over, in the host's word. */
  status: string | null;
}

/** In what manner a segment goes over the wire. */
export interface Manner {
  /** What the runner has to know for it; null where it is tied to the connection. */
  readonly lesson: Lesson | null;
  /** How the runner knows that: it holds what came to it compressed. */
  readonly knows: 'nothing' | 'plain' | 'held';
  /** Whether it goes compressed, if that is worth a process on the host. */
  readonly packs: boolean;
  /** Names of what the host keeps of what was sent before. */
  readonly known: readonly string[];
  /** What is laid ready with what the runner learns. */
  readonly ready: readonly Ready[];
  /** The segment itself, where it was laid ready before. */
  readonly isReadyAs: Ready | null;
}

/** Shorter text goes as it is, in bytes. */
const worthPacking = 1500;

/**
 * A segment as the runner reads it, up to its payload: tied to the connection, detached with a journal, or joined to another's. Nothing
 * of it runs before `go`.
 */
export function runFrame(segment: Segment, run: Run, manner: Manner): Buffer {
  const order = (from: number | string) =>
    `${headerOf(segment, run, `${run.seq} ${from}`)}\n${segment.payload?.path ?? ''}\n`;
  if (manner.isReadyAs !== null) return Buffer.from(order(manner.isReadyAs.name));
  const script = scriptOf(segment, run.nonce);
  const packed = packedScript(script, manner);
  if (packed !== null) return Buffer.concat([packed, Buffer.from(order(0))]);
  const { lesson, knows } = manner;
  const taught = lesson === null || knows !== 'nothing' ? [] : [plainFrame(lesson.text)];
  return Buffer.concat([...taught, Buffer.from(order(Buffer.byteLength(script)) + script)]);
}

/** The script compressed, with the lesson where that is still to be learned; null where it goes as it is. */
function packedScript(script: string, { lesson, knows, packs, known, ready }: Manner): Buffer | null {
  const teaches = lesson !== null && knows === 'nothing';
  if (!packs || (!teaches && script.length < worthPacking)) return null;
  const text = `script=${quote(script)}`;
  if (teaches) {
    const all = text + readyText(ready);
    return known.includes(lesson.name) ? knownFrame(lesson, all) : newFrame(lesson, all);
  }
  const again = lesson !== null && knows === 'held' ? againFrame(lesson, text) : null;
  return again ?? packedFrame(text);
}

function headerOf({ journal }: Segment, { nonce, joins }: Run, order: string): string {
  if (journal === null) return `run ${order}`;
  return joins === null
    ? `detach ${order}\n${journal}\n${nonce}`
    : `join ${order}\n${journal}\n${joins.journal}\n${nonce}`;
}

/** Attaches to a segment that was sent by another channel, whose journal was heard up to this byte. */
export function attachFrame(seq: number, journal: string, heard: number): string {
  return `attach ${seq} ${heard}\n${journal}\n`;
}

/** Ends a segment that was sent by another channel, or sees to it that it never begins. */
export function settleFrame(journal: string): string {
  return `settle\n${journal}\n`;
}

/** So many bytes of payload, announced. */
export function dataFrame(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`data ${bytes.length}\n`), bytes]);
}

/** Ends the payload. */
export const endOfData = 'end\n';

/** Starts the segment that was sent. */
export const go = 'go\n';

/** Takes the segment that was sent back. */
export const drop = 'drop\n';

/** Says that the driver is there; each beat has another number. May come between the chunks of a payload. */
export function beatFrame(beat: number): string {
  return `beat ${beat}\n`;
}

/** Asks for this time to be said back, in milliseconds by the driver's clock. */
export function echoFrame(sentMs: number): string {
  return `echo ${sentMs}\n`;
}

/** Stops the segment that runs. */
export function stopFrame(seq: number): string {
  return `stop ${seq}\n`;
}

/** Says that the segment's end was heard: what is left of it may be forgotten, and a journal is looked at less often. */
export function seenFrame(seq: number): string {
  return `seen ${seq}\n`;
}

/** Ends what runs, whatever it is tied to, and the runner. */
export const bye = 'bye\n';
