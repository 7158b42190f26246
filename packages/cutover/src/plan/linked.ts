import { posix } from 'node:path/posix';
import type { HostFacts, LinkedFacts } from '../model/facts.ts';
import { sharedTarget } from '../model/layout.ts';
import type { Settings, SharedPath } from '../model/settings.ts';
import type { Site } from './job.ts';
import type { Refusal } from './refusal.ts';

/** The name by which the config accepts that links of another tool's release are not kept. */
const accepted = 'unshared-links';

/** What a release of another tool has by links of its own and a release of ours would be without: visitors' uploads, secrets. */
export function unsharedLinks({ host, path, facts, serves }: Site, settings: Settings): Refusal | null {
  if (serves === null || accepted in settings.accept) return null;
  const layout = isOfSharedLayout(facts) ? 'shared' : settings.layout;
  const keptAt = (to: string): string => posix.relative(path, sharedTarget(path, layout, to));
  const isKept = (link: LinkedFacts): boolean =>
    settings.writable.paths.includes(link.from) ||
    settings.shared.some((entry) => leadsTo(entry, keptAt(entry.to), link));
  const links = facts.linked.filter((link) => !isKept(link));
  return links.length === 0 ? null : { kind: 'unshared-links', host: host.name, release: serves, layout, links };
}

/**
 * Whether shared paths lie below `shared/`, by the tool that is known or by where its links lead. Where one of them leads elsewhere the config
 * decides: by the other layout all of them can be shared.
 */
export function isOfSharedLayout({ foreign: { kind }, linked }: HostFacts): boolean {
  if (kind === 'deployer' || kind === 'capistrano' || kind === 'mina') return true;
  return linked.length > 0 && linked.every(({ to }) => to.startsWith('shared/'));
}

/** Whether a shared path of the config leads to the same place, be it all of what the link leads to, more than that, or a part. */
function leadsTo({ from }: SharedPath, kept: string, link: LinkedFacts): boolean {
  if (isAtOrBelow(link.from, from)) return posix.join(kept, posix.relative(from, link.from)) === link.to;
  return isAtOrBelow(from, link.from) && posix.join(link.to, posix.relative(link.from, from)) === kept;
}

function isAtOrBelow(path: string, place: string): boolean {
  return `${path}/`.startsWith(`${place}/`);
}
