import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startProxy } from './proxy.ts';

// Only lower limits are asserted: a busy machine may be late, but nothing may be early.
const roundTripMs = 40;
const timerSlackMs = 2;

test('a question and its answer take the handshake and one round trip more', async () => {
  await using echo = await startEcho();
  await using proxy = await startProxy(echo.port);
  proxy.setRoundTrip(roundTripMs);
  const began = performance.now();
  const socket = connect(proxy.port, '127.0.0.1');
  socket.write('hello');
  await once(socket, 'data');
  assert.ok(performance.now() - began >= 2 * roundTripMs - timerSlackMs);
  socket.destroy();
});

test('bytes arrive whole and in order, and the end after them', async () => {
  await using echo = await startEcho();
  await using proxy = await startProxy(echo.port);
  proxy.setRoundTrip(4);
  const sent = Array.from({ length: 5000 }, (_, i) => `${i};`).join('');
  const socket = connect(proxy.port, '127.0.0.1');
  for (let i = 0; i < sent.length; i += 1000) socket.write(sent.slice(i, i + 1000));
  socket.end();
  assert.equal(await text(socket), sent);
});

test('connections, bytes of both directions and turns are counted', async () => {
  await using echo = await startEcho();
  await using proxy = await startProxy(echo.port);
  for (let connection = 0; connection < 2; connection += 1) {
    const socket = connect(proxy.port, '127.0.0.1');
    for (const question of ['one', 'two', 'three']) await ask(socket, question);
    socket.end();
    await once(socket.resume(), 'close');
  }
  assert.deepEqual(proxy.traffic(), { connections: 2, bytes: 2 * 2 * 'onetwothree'.length, turns: 6 });
});

test('a refused connection ends the client instead of leaving it waiting', async () => {
  const echo = await startEcho();
  await echo[Symbol.asyncDispose]();
  await using proxy = await startProxy(echo.port);
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'close');
});

async function ask(socket: Socket, question: string): Promise<void> {
  socket.write(question);
  await once(socket, 'data');
}

async function startEcho(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
