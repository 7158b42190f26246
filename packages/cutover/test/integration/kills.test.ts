import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { kinds } from '../kills/draw.ts';
import { heal, playRound, unknown, usual } from '../kills/round.ts';
import { changePage, openSite } from '../kills/site.ts';
import { Tally } from '../kills/tally.ts';
import { detachedOn } from '../kills/victims.ts';
import { allGone } from '../kit/processes.ts';
import { Dice } from '../simulation/random.ts';

/** How many blows are struck on one host, and on three, and where the dice begin. */
const blows = Number(process.env['CUTOVER_KILLS'] ?? 150);
const seed = Number(process.env['CUTOVER_KILLS_FROM'] ?? 1);

/** Rounds wait more than they compute: as many sites are struck side by side. */
const sites = 3;

describe('a deployment of which something is killed or halted, again and again', { concurrency: true }, () => {
  for (const count of [1, 3])
    it(`leaves every host sound, and the next one succeeds without help: ${blows} blows on ${count === 1 ? 'one host' : `${count} hosts`} from seed ${seed}`, async (t) => {
      const tally = new Tally();
      const wanted = Math.ceil(blows / kinds.length);
      await Promise.all(
        Array.from({ length: sites }, (_, i) =>
          strikeSite(t, { name: `n${count}s${i}`, count, from: seed + i, wanted, tally }),
        ),
      );
      for (const line of tally.lines()) t.diagnostic(line);
      assert.deepEqual(tally.lacks(wanted), [], 'too few of these hit something that lived');
    });
});

interface Plan {
  readonly name: string;
  readonly count: number;
  readonly from: number;
  readonly wanted: number;
  readonly tally: Tally;
}

async function strikeSite(t: TestContext, { name, count, from, wanted, tally }: Plan): Promise<void> {
  const site = await openSite(t, name, count);
  changePage(site, 'first\n');
  site.shop.configure({ ...usual });
  for (let i = 0; i < 2; i += 1) await heal(site, { was: unknown, story: 'nothing' });
  const dice = new Dice(from);
  // A victim that is never there must not keep it going for ever.
  for (let round = 1; round < 10 + 5 * wanted && !tally.isBroken && tally.lacks(wanted).length > 0; round += 1) {
    try {
      t.diagnostic(await playRound({ site, dice, name: `${name}r${round}`, wanted, tally }));
    } catch (error) {
      tally.isBroken = true;
      t.diagnostic(String(error));
      throw error;
    }
  }
  await allGone(site.hosts.flatMap((host) => detachedOn(site.shop.path(host))));
}
