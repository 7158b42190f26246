import { Agent } from 'node:http';
import { type Answer, ask } from './ask.ts';
import type { InService } from './in-service.ts';
import { type Finding, isFinding, judgeAsset, judgePage, judgeSession, judgeWrite, type Page } from './judge.ts';

/** One visitor of the shop, and what they tell of each answer. */
export interface Visitor {
  readonly url: string;
  /** Names the visitor's session. */
  readonly name: string;
  readonly shop: string;
  readonly inService: InService;
  /** Waits a moment, as a person who reads. */
  pause(): Promise<void>;
  heard(finding: Finding | null, release: number | null): void;
}

/** Visits until `signal` is aborted, over one connection: a page, its style sheet, the session of the last round, and a new one. */
export async function visit(visitor: Visitor, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get: Get = (path, body) => ask({ url: visitor.url + path, agent, ...(body !== undefined && { body }) });
  let written: string | null = null;
  for (let round = 1; !signal.aborted; round++) {
    const page = await readPage(visitor, get);
    await visitor.pause();
    if (page !== null) visitor.heard(judgeAsset(await get(page.asset), page), null);
    if (written !== null) visitor.heard(judgeSession(await get(`/session/${visitor.name}`), written), null);
    written = await writeSession(visitor, get, `visit ${round}`);
  }
  agent.destroy();
}

type Get = (path: string, body?: string) => Promise<Answer>;

async function readPage({ inService, shop, heard }: Visitor, get: Get): Promise<Page | null> {
  const releases = inService.begin();
  const answer = await get('/');
  inService.end(releases);
  const judged = judgePage(answer, { shop, inService: releases });
  if (isFinding(judged)) heard(judged, null);
  else heard(null, judged.release);
  return isFinding(judged) ? null : judged;
}

/** What the session holds now; null when that is not known. */
async function writeSession({ name, heard }: Visitor, get: Get, text: string): Promise<string | null> {
  const finding = judgeWrite(await get(`/session/${name}`, text));
  heard(finding, null);
  return finding === null ? text : null;
}
