import { join } from 'node:path';
import { startChild } from '../child.ts';

/** What serves the shop. */
export interface WebServer extends AsyncDisposable {
  /** As it stands in “served by …”. */
  readonly name: string;
  /** Without a slash at its end. */
  readonly url: string;
  /** The socket of PHP-FPM behind it; null where pages are not made by PHP. */
  readonly fpm: string | null;
}

/** Starts the server that is part of Cutover, on a port of 127.0.0.1 that the system chooses. It serves what `current` names. */
export async function startEmbeddedServer(current: string): Promise<WebServer> {
  const child = startChild(join(import.meta.dirname, 'main'), [current]);
  try {
    const { port } = (await child.ask({ kind: 'listen' })) as Listening;
    return {
      name: 'the embedded server',
      fpm: null,
      url: `http://127.0.0.1:${port}`,
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the server's process answers when it listens. */
export interface Listening {
  readonly port: number;
}
