import assert from 'node:assert/strict';
import type { Failure } from '../../../src/model/failure.ts';
import type { Channel } from '../../../src/remote/channel.ts';
import type { Handover } from '../../../src/remote/left.ts';
import type { Segment, Session } from '../../../src/remote/session.ts';
import { type Heard, Recorder, segmentOf, stepOf } from '../../kit/segments.ts';

/** Opens a session of some kind, which begins with `opening` if there is one, and goes on with what an earlier one left. */
export type Open = (opening?: Segment, handover?: Handover) => Promise<Channel>;

/** What the cases of the contract work with: an open session whose host is this machine. */
export class World {
  readonly session: Session;
  /** Removed afterwards. */
  readonly directory: string;
  /** Opens another session of the same kind. */
  readonly open: Open;

  constructor(session: Session, directory: string, open: Open) {
    this.session = session;
    this.directory = directory;
    this.open = open;
  }

  run(segment: Segment, signal?: AbortSignal): Promise<Run> {
    return runOn(this.session, segment, signal);
  }

  async stillWorks(): Promise<void> {
    const { text } = await this.run(segmentOf([stepOf('again', 'echo well')]));
    assert.equal(text, 'well\n');
  }
}

/** What becomes of a segment that is run on this session. */
export async function runOn(session: Session, segment: Segment, signal = new AbortController().signal): Promise<Run> {
  const recorder = new Recorder();
  const failure = await session.run(segment, recorder, signal);
  return { failure, heard: recorder.heard, text: recorder.text() };
}

interface Run {
  readonly failure: Failure | null;
  readonly heard: readonly Heard[];
  readonly text: string;
}
