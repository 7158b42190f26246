import assert from 'node:assert/strict';
import { parentPort } from 'node:worker_threads';
import { playSeeds } from './seeds.ts';

/** What runs in a worker: it plays the seeds that it is asked to, and says what came of them. */
assert.ok(parentPort, 'player.ts runs in a worker');
const door = parentPort;
door.on('message', async ({ from, count }: { readonly from: number; readonly count: number }) => {
  door.postMessage(await playSeeds(from, count));
});
