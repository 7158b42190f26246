import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Visitors who ask one after the other over connections that are kept. */
export interface Load {
  /** Requests that begin from now on may be answered by this release alone; null is any. */
  onlyFromNow(release: string | null): void;
  /** Resolves when so many more requests have been answered. */
  answers(count: number): Promise<void>;
  stop(): Promise<Tally>;
}

/** What the visitors met. */
export interface Tally {
  /** Failed requests, pages of two releases, and pages of a release that was not in service any more. */
  readonly complaints: readonly string[];
  readonly pages: Readonly<Record<string, number>>;
}

/** Visitors without a pause would take the processor from what is tested. */
const pauseMs = 20;

/** A page is the name of its release, as often as it has parts: `2 2 2`. */
export function keepAsking(url: string, visitors: number): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: visitors });
  const complaints: string[] = [];
  const pages: Record<string, number> = {};
  let only: string | null = null;
  let isOver = false;
  let count = 0;
  const visit = async (): Promise<void> => {
    while (!isOver) {
      await sleep(pauseMs);
      const allowed = only;
      const answer = await ask(url, agent);
      count += 1;
      const [release = '', ...others] = new Set(answer.body.trim().split(' '));
      pages[release] = (pages[release] ?? 0) + 1;
      if (answer.status !== 200) complaints.push(`${answer.status}: ${answer.body}`);
      else if (others.length > 0) complaints.push(`mixed: ${answer.body}`);
      else if (allowed !== null && release !== allowed && only === allowed)
        complaints.push(`${release}, not ${allowed}`);
    }
  };
  const visits = Promise.all(Array.from({ length: visitors }, visit));
  return {
    onlyFromNow: (release) => void (only = release),
    async answers(more) {
      const enough = count + more;
      while (count < enough) await sleep(10);
    },
    async stop() {
      isOver = true;
      await visits;
      agent.destroy();
      return { complaints, pages };
    },
  };
}

function ask(url: string, agent: Agent): Promise<{ status: number | null; body: string }> {
  return new Promise((resolve) => {
    const broken = (error: Error): void => resolve({ status: null, body: error.message });
    const asked = request(url, { agent });
    asked.once('error', broken);
    asked.once('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? null, body }), broken);
    });
    asked.end();
  });
}
