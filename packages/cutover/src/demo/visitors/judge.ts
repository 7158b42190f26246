import { createHash } from 'node:crypto';
import type { Answer } from './ask.ts';

/** What can be wrong with an answer. */
export const faults = ['failed', 'mixed', 'outOfService', 'missingAssets', 'lostSessions'] as const;
/** The name of something that can be wrong with an answer. */
export type Fault = (typeof faults)[number];

/** What is wrong with an answer, and why. */
export interface Finding {
  readonly fault: Fault;
  readonly why: string;
}

/** What a visitor takes from a page. */
export interface Page {
  readonly release: number;
  /** The path of its style sheet. */
  readonly asset: string;
}

/** What a page must be. */
export interface PageWish {
  readonly shop: string;
  /** The releases that were in service at some time between request and answer. */
  readonly inService: ReadonlySet<number>;
}

/** How many parts of a page name their release: header, middle and footer. */
const parts = 3;

/** Whether the page is whole, all of one release, and that one was in service. */
export function judgePage(answer: Answer, wish: PageWish): Page | Finding {
  if (answer.status !== 200) return failed(answer);
  const named = [...answer.body.matchAll(/data-release="(\d+)"/g)].map(([, number]) => Number(number));
  const [release] = named;
  const asset = /href="(\/assets\/[^"]+)"/.exec(answer.body)?.[1];
  if (release === undefined || asset === undefined || named.length !== parts)
    return { fault: 'failed', why: 'The page was not whole.' };
  if (new Set(named).size > 1)
    return { fault: 'mixed', why: `One page came from releases ${[...new Set(named)].join(' and ')}.` };
  if (!answer.body.includes(`<title>${wish.shop}</title>`))
    return { fault: 'failed', why: 'The page was made without the shared .env.' };
  if (!wish.inService.has(release))
    return {
      fault: 'outOfService',
      why: `Release ${release} answered while only ${[...wish.inService].join(' or ')} was in service.`,
    };
  return { release, asset };
}

/** Whether the asset of a page is there and has the content that its name stands for. */
export function judgeAsset(answer: Answer, page: Page): Finding | null {
  if (answer.status === 404)
    return { fault: 'missingAssets', why: `${page.asset} of release ${page.release} was not found.` };
  if (answer.status !== 200) return failed(answer);
  if (page.asset.includes(gitHash(answer.body))) return null;
  return { fault: 'mixed', why: `${page.asset} of release ${page.release} had the content of another one.` };
}

/** Whether a session was kept. */
export function judgeWrite(answer: Answer): Finding | null {
  return answer.status === 200 ? null : failed(answer);
}

/** Whether a session still holds what was last written to it. */
export function judgeSession(answer: Answer, written: string): Finding | null {
  if (answer.status === 200 && answer.body === written) return null;
  if (answer.status === 200 || answer.status === 404)
    return { fault: 'lostSessions', why: `A session had lost “${written}”.` };
  return failed(answer);
}

/** Whether it is a finding. */
export function isFinding(judged: Page | Finding): judged is Finding {
  return 'fault' in judged;
}

function failed(answer: Answer): Finding {
  return {
    fault: 'failed',
    why: answer.status === null ? `A request failed: ${answer.body}.` : `A request was answered with ${answer.status}.`,
  };
}

/** The name that git, and with it the shop's build, has for a file of this content. */
function gitHash(body: string): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(body)}\0${body}`)
    .digest('hex');
}
