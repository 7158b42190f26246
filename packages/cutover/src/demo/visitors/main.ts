import { setTimeout as sleep } from 'node:timers/promises';
import { InService } from './in-service.ts';
import { counted, emptyTally } from './tally.ts';
import { visit } from './visitor.ts';
import type { Order } from './visitors.ts';

// The process of the visitors: it answers every order with the tally so far, and ends with whoever started it.
const [url = '', shop = '', crowd = '1', longestPauseMs = '100'] = process.argv.slice(2);

const inService = new InService();
const stop = new AbortController();
let tally = emptyTally;
let visits: Promise<unknown> | null = null;

process.on('message', (order: Order) => {
  if (order.kind === 'leave') return void leave();
  inService.expect(order.releases);
  visits ??= Promise.all(Array.from({ length: Number(crowd) }, (_, index) => begin(`visitor-${index + 1}`)));
  process.send?.(tally);
});
process.once('disconnect', () => process.exit());

function begin(name: string): Promise<void> {
  const pause = (): Promise<void> => sleep(Math.random() * Number(longestPauseMs));
  return visit(
    {
      url,
      name,
      shop,
      inService,
      pause,
      heard(finding, release) {
        tally = counted(tally, finding, release);
      },
    },
    stop.signal,
  );
}

async function leave(): Promise<void> {
  stop.abort();
  await visits;
  process.send?.(tally);
}
