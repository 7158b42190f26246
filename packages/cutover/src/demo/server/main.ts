import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answer } from './answer.ts';
import type { Listening } from './server.ts';

// The process of the embedded server: it listens when it is told to, and ends with whoever started it.
const [current = ''] = process.argv.slice(2);

const server = createServer((request, response) => {
  text(request)
    .then((body) => answer({ method: request.method ?? '', path: request.url ?? '', body }, current))
    .then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.destroy(),
    );
});

// A visitor who pauses is not cut off: a request that meets the end of its connection would count as failed.
server.keepAliveTimeout = 0;

process.once('message', () => {
  server.listen(0, '127.0.0.1', () => {
    const listening: Listening = { port: (server.address() as AddressInfo).port };
    process.send?.(listening);
  });
});
process.once('disconnect', () => process.exit());
