import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** What a visitor asks for. */
export interface Question {
  readonly url: string;
  readonly agent: Agent;
  /** Sent with POST; without it the request is a GET. */
  readonly body?: string;
}

/** What came back: a status and a body, or no status and the reason. */
export interface Answer {
  readonly status: number | null;
  readonly body: string;
}

const limitMs = 5_000;

/** Asks once. Never rejects: a connection that broke is an answer too. */
export async function ask({ url, agent, body }: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const broken = (error: Error): void => resolve({ status: null, body: error.message });
    const asked = request(url, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      signal: AbortSignal.timeout(limitMs),
    });
    asked.once('error', broken);
    asked.once('response', (response) => {
      text(response).then((said) => resolve({ status: response.statusCode ?? null, body: said }), broken);
    });
    asked.end(body);
  });
}
