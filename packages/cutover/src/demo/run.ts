import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentLink } from '../model/layout.ts';
import type { ReleaseName } from '../model/release.ts';
import { type Act, isAsMeant, mayAnswer, type Report } from './act.ts';
import { shopName } from './application.ts';
import { type Deployer, runCutover } from './deployer.ts';
import { type Numbers, numbersOf } from './numbers.ts';
import { makePlace, type Place } from './place.ts';
import { makeRepository, type Repository } from './repository.ts';
import { startRealServer } from './server/real.ts';
import { startEmbeddedServer, type WebServer } from './server/server.ts';
import { storyOf } from './story.ts';
import { spoilt } from './visitors/tally.ts';
import { inviteVisitors, type Visitors } from './visitors/visitors.ts';

/** How the demo is wanted. */
export interface DemoWish {
  readonly releases: number;
  /** How long it takes if the machine is fast enough. */
  readonly seconds: number;
  readonly keep: boolean;
  /** Whether the embedded server is wanted even where nginx and PHP-FPM are installed. */
  readonly embedded: boolean;
}

/** What the demo needs and whom it tells. */
export interface DemoMeans {
  /** The program and its first arguments: this very Cutover. */
  readonly cutover: readonly string[];
  readonly signal: AbortSignal;
  hear(news: News): void;
}

/** What is heard while it goes on. */
export type News =
  | {
      readonly kind: 'ready';
      readonly directory: string;
      readonly server: Pick<WebServer, 'name' | 'url'>;
      readonly visitors: number;
    }
  | { readonly kind: 'began'; readonly act: Act }
  | { readonly kind: 'ended'; readonly report: Report };

const crowd = { visitors: 10, longestPauseMs: 120 };

/** Deploys the shop release by release under load, and rolls back. Rejects when `signal` is aborted; leaves nothing behind either way. */
export async function runDemo(wish: DemoWish, { cutover, signal, hear }: DemoMeans): Promise<Numbers> {
  using place = makePlace(wish.keep);
  await using server = await startServer(wish, place);
  await using visitors = inviteVisitors({ url: server.url, shop: shopName, ...crowd });
  const repository = await makeRepository(place, server, signal);
  hear({ kind: 'ready', directory: place.directory, server, visitors: crowd.visitors });
  const reports = await perform(wish, { place, cutover, signal, hear, visitors, repository });
  return numbersOf(reports, await visitors.leave(), server.name);
}

/** What a server on the internet has, where this machine has it; else the embedded one. */
async function startServer({ embedded }: DemoWish, { directory, deployPath }: Place): Promise<WebServer> {
  const real = embedded ? null : await startRealServer(join(directory, 'web'), deployPath);
  return real ?? (await startEmbeddedServer(currentLink(deployPath)));
}

interface Stage extends Deployer {
  readonly place: Place;
  readonly visitors: Visitors;
  readonly repository: Repository;
  hear(news: News): void;
}

/** One act after another; one that does not end as it was meant to is the last. */
async function perform(wish: DemoWish, stage: Stage): Promise<readonly Report[]> {
  const slotMs = (wish.seconds * 1000) / (wish.releases + 1);
  const known = new Map<ReleaseName, number>();
  const reports: Report[] = [];
  for (const act of actsOf(wish.releases)) {
    const slot = sleep(slotMs, null, { signal: stage.signal });
    slot.catch(() => {});
    stage.hear({ kind: 'began', act });
    const report = await performOne(act, stage, { known, before: reports.at(-1)?.serves ?? null });
    reports.push(report);
    stage.hear({ kind: 'ended', report });
    if (!isAsMeant(report)) break;
    await slot;
  }
  return reports;
}

/** All releases, then back to the sound one before the last. */
function actsOf(releases: number): readonly Act[] {
  const story = storyOf(releases);
  const to = story.filter(({ flaw }) => flaw === null).at(-2)?.number ?? 1;
  return [...story.map((chapter): Act => ({ kind: 'release', chapter, of: releases })), { kind: 'rollback', to }];
}

interface SoFar {
  /** Release names as Cutover gives them, with the numbers that the pages show. */
  readonly known: Map<ReleaseName, number>;
  readonly before: number | null;
}

async function performOne(act: Act, stage: Stage, { known, before }: SoFar): Promise<Report> {
  if (act.kind === 'release') await stage.repository.commit(act.chapter);
  const was = before === null ? null : await stage.visitors.expect(mayAnswer(act, before));
  const deployed = await runCutover([act.kind === 'release' ? 'deploy' : 'rollback'], stage);
  const name = deployed.state.about?.release;
  if (act.kind === 'release' && name) known.set(name, act.chapter.number);
  const serves = deployed.serves === null ? null : (known.get(deployed.serves) ?? null);
  const is = await stage.visitors.expect(serves === null ? [] : [serves]);
  return {
    act,
    deployed,
    before,
    serves,
    requests: is.requests - (was?.requests ?? 0),
    spoilt: spoilt(is) - (was === null ? 0 : spoilt(was)),
    pages: act.kind === 'release' ? (is.pages[act.chapter.number] ?? 0) : 0,
  };
}
