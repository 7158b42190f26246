import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Link, startLink } from '../kit/link.ts';
import { type Shop, shop } from '../kit/shop.ts';
import type { Lifetime } from '../source/kit.ts';

/** A project whose hosts are reached over links that can be taken away. */
export interface Site {
  readonly shop: Shop;
  readonly hosts: readonly string[];
  readonly links: ReadonlyMap<string, Link>;
  /** What the page of a revision says. */
  readonly pages: Map<string, string>;
}

/** How many releases that served a site keeps. */
export const keep = 3;

/** A host that is busy is no host that is away. */
export const patient = { connect: '2m' } as const;

/** Opens a site; its hosts are called after it, so that none of another one's is meant. */
export async function openSite(t: Lifetime, name: string, count: number): Promise<Site> {
  const hosts = Array.from({ length: count }, (_, i) => `${name}-web${i + 1}`);
  const made = await shop(t, { hosts });
  const links = new Map<string, Link>();
  for (const host of hosts) links.set(host, await startLink(made.sshd(host).port));
  t.after(() => Promise.all([...links.values()].map((link) => link.close())));
  overLinks(made, links);
  return { shop: made, hosts, links, pages: new Map() };
}

/** Commits another page. */
export function changePage({ shop: made, pages }: Site, text: string): void {
  pages.set(made.change({ 'index.html': text }), text);
}

/** The lines that hooks of a round have left on a host, each in order. */
export function traces({ shop: made }: Site, host: string, round: string): readonly string[] {
  const file = join(made.path(host), 'traces');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => (line.startsWith(`${round} `) ? [line.slice(round.length + 1)] : []));
}

function overLinks({ sshConfig, sshd }: Shop, links: ReadonlyMap<string, Link>): void {
  let config = readFileSync(sshConfig, 'utf8');
  for (const [host, { port }] of links) config = config.replace(`Port ${sshd(host).port}\n`, `Port ${port}\n`);
  writeFileSync(sshConfig, config);
}
