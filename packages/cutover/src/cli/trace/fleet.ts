import { type Fleet, isOpenFailure, type Progress, type Segment, type Session } from '../../remote/session.ts';
import type { Trace } from './trace.ts';

/** The same fleet, with the times of its connections, segments and steps taken. */
export function tracedFleet(fleet: Fleet, trace: Trace): Fleet {
  const known = new WeakMap<Session, Session>();
  return {
    async session(host, signal) {
      const end = trace.begin({ place: host, kind: 'connection', name: 'connect' });
      const session = await fleet.session(host, signal);
      if (isOpenFailure(session)) return session;
      const traced = known.get(session) ?? tracedSession(session, trace);
      if (!known.has(session)) end();
      known.set(session, traced);
      return traced;
    },
    here: () => tracedSession(fleet.here(), trace),
    close: () => fleet.close(),
  };
}

function tracedSession(session: Session, trace: Trace): Session {
  return {
    host: session.host,
    get turnMs() {
      return session.turnMs;
    },
    async run(segment, progress, signal) {
      const end = trace.begin({ place: session.host, kind: 'segment', name: nameOf(segment) });
      const failure = await session.run(segment, tracedProgress(session.host, progress, trace), signal);
      end();
      return failure;
    },
    close: () => session.close(),
  };
}

function nameOf({ steps }: Segment): string {
  const [first, last] = [steps[0]?.id ?? '', steps.at(-1)?.id ?? ''];
  return steps.length > 1 ? `${first} … ${last}` : first;
}

/** What a step took by the hour of its marks: they come as they are printed, one way later. */
function tracedProgress(place: string, progress: Progress, trace: Trace): Progress {
  let end = (): void => {};
  return {
    stepBegan(name) {
      end = trace.begin({ place, kind: 'step', name });
      progress.stepBegan(name);
    },
    stepOutput: (step, text) => progress.stepOutput(step, text),
    stepEnded(step, code) {
      end();
      progress.stepEnded(step, code);
    },
  };
}
