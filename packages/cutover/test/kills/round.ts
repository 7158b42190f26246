import assert from 'node:assert/strict';
import type { Dice } from '../simulation/random.ts';
import { type Blow, drawBlow, drawWish, type Kind, kinds, type Wish } from './draw.ts';
import { begin, type Running } from './running.ts';
import { changePage, keep, patient, type Site } from './site.ts';
import { assertSound } from './soundness.ts';
import { type Hit, strike } from './strike.ts';
import type { Tally } from './tally.ts';
import { type Before, before, judge, type Must, type Over } from './verdict.ts';

/** What a round goes by. */
export interface Round {
  readonly site: Site;
  readonly dice: Dice;
  readonly name: string;
  /** How often each victim is to be hit in each manner. */
  readonly wanted: number;
  readonly tally: Tally;
}

/** What all deployments have in common. */
export const usual = { keep, lostAfter: '3s', limits: patient } as const;

/** Of a site that nobody has looked at. */
export const unknown: Before = { serves: new Map(), lasting: new Map() };

/** A random deployment that is struck several times, and the next one, which nothing disturbs and nobody helps. Gives its story. */
export async function playRound(round: Round): Promise<string> {
  const { site, dice, tally, name } = round;
  const wish = drawWish(dice, site, name);
  const blows = drawBlows(round);
  if (wish.command === 'deploy') changePage(site, `${name}\n`);
  const mayBeLost = wish.isHasty || blows.some(isGrave);
  site.shop.configure({ ...usual, ...wish.config, ...(mayBeLost ? { confirmWithin: '15s' } : {}) });
  const was = before(site);
  const isApart = blows.some(({ victim }) => victim === 'driver');
  const run = begin(site.shop.world, [wish.command], isApart);
  const struck = await Promise.all(blows.map((blow) => struckSoundly(site, run, blow)));
  const called = await run.ended;
  const hits = struck.filter((hit) => hit !== null);
  for (const hit of hits) tally.hit(hit, run.events);
  const story = [`${name}: ${wish.command} ${JSON.stringify(wish.config)}`, ...hits.map(toldOf)].join('\n');
  const over: Over = { run, called, wish, round: name, story, must: mustOf(wish, hits) };
  const end = judge(site, over, was);
  tally.ended(end);
  if (end === 'died' && dice.chance(0.5)) await goOn(round, over, was);
  // What runs on a host when its driver dies may come to its end, and serve, after it was looked at.
  await heal(site, { was: end === 'died' ? unknown : before(site), story });
  return `${name}: ${wish.command}, ${hits.map(({ blow }) => `${blow.victim} ${blow.manner}`).join(', ')}: ${end}`;
}

/** Whatever is halted, and connections that end in any way, keep nothing from succeeding, unless a host is given up too early. */
function mustOf(wish: Wish, hits: readonly Hit[]): Must {
  if (wish.fails) return 'fail';
  return wish.isHasty || hits.some(({ blow }) => isGrave(blow)) ? null : 'succeed';
}

/** Those first of which there are too few yet; a driver is killed once. */
function drawBlows({ site, dice, tally, wanted }: Round): readonly Blow[] {
  const mayBe = dice.chance(0.3) ? (kind: Kind) => !isGrave(kind) : () => true;
  const lacking = tally.lacks(wanted).filter(mayBe);
  const all = kinds.filter(mayBe);
  const drawn = Array.from({ length: 4 + dice.below(6) }, () =>
    dice.pick(lacking.length > 0 && dice.chance(0.7) ? lacking : all),
  );
  const death = drawn.findIndex(isDeath);
  const once = drawn.filter((kind, i) => i === death || !isDeath(kind));
  return once.map((kind) => drawBlow(dice, site, kind));
}

/** Who is killed so takes what runs along, or cannot bring it to its end. */
function isGrave({ victim, manner }: Kind): boolean {
  return manner === 'killed' && ['driver', 'supervisor', 'steps'].includes(victim);
}

function isDeath({ victim, manner }: Kind): boolean {
  return victim === 'driver' && manner === 'killed';
}

/** Somebody goes on with what a dead driver left, or takes it back. */
async function goOn({ site, dice, tally, name }: Round, dead: Over, was: Before): Promise<void> {
  const started = dead.run.events.find((event) => event.type === 'deployment.started');
  if (started === undefined) return;
  const takesBack = dice.chance(0.3);
  const how = takesBack ? ['--undo'] : [];
  const run = begin(site.shop.world, ['resume', started.deployment, ...how], false);
  const called = await run.ended;
  const { wish } = dead;
  const story = `${dead.story}\n${dead.run.events.map((event) => event.type).join(' ')}\nresume ${how.join(' ')}`;
  tally.returned(judge(site, { run, called, wish, round: name, story, isReturn: true, takesBack }, was));
}

async function struckSoundly(site: Site, run: Running, blow: Blow): Promise<Hit | null> {
  const hit = await strike(site, run, blow);
  for (const host of site.hosts) assertSound(site, host, `after ${JSON.stringify(blow)}`);
  return hit;
}

/** The next deployment succeeds without help. */
export async function heal(
  site: Site,
  { was, story }: { readonly was: Before; readonly story: string },
): Promise<void> {
  site.shop.configure({ ...usual, spare: false });
  const run = begin(site.shop.world, ['deploy', '--wait', '5m'], false);
  const called = await run.ended;
  const over = { run, called, wish: { hooks: [], undoable: [] }, round: 'healing', story: `after ${story}` };
  assert.equal(judge(site, over, was), 'succeeded', `after ${story}\n${called.err}`);
  for (const host of site.hosts) assert.equal(site.shop.isLocked(host), false, `${host} is locked after ${story}`);
}

function toldOf({ blow, atMs }: Hit): string {
  return `${new Date(atMs).toISOString()} ${blow.victim} of ${blow.host} ${blow.manner} for ${blow.forMs} ms`;
}
