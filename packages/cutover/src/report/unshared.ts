import type { LinkedFacts } from '../model/facts.ts';
import type { Refusal } from '../plan/refusal.ts';
import { cleanWord } from './clean.ts';

/** A tool as a sentence names it. */
export function toolName(kind: string): string {
  return kind === 'none' || kind === 'other' ? 'another tool' : kind;
}

/** What a new release would be without, and what to write into the config so that it is not. */
export function unsharedText({ release, layout, links }: Extract<Refusal, { kind: 'unshared-links' }>): string {
  const told = links.map(({ from, to }) => `${cleanWord(from)} -> ${cleanWord(to)}`).join(', ');
  const what = `a new release would be without what the one in service, ${cleanWord(release)}, has by links of another tool: ${told}.`;
  const entries = (['directory', 'file'] as const).flatMap((type) => entriesOf(type, { layout, links }));
  const share = entries.length > 0 ? ` Share it in the config: shared: { ${entries.join(', ')} }.` : '';
  return `${what}${share} What is not needed any more is accepted with a reason: accept: { 'unshared-links': '<why>' }.`;
}

function entriesOf(
  type: LinkedFacts['type'],
  { layout, links }: Pick<Extract<Refusal, { kind: 'unshared-links' }>, 'layout' | 'links'>,
): readonly string[] {
  const root = layout === 'shared' ? 'shared/' : '';
  const some = links.filter((link) => link.type === type && link.to.startsWith(root));
  const written = some.map(({ from, to }) => pathText(cleanWord(from), cleanWord(to.slice(root.length))));
  return written.length === 0 ? [] : [`${type === 'directory' ? 'directories' : 'files'}: [${written.join(', ')}]`];
}

function pathText(from: string, to: string): string {
  return from === to ? `'${from}'` : `{ from: '${from}', to: '${to}' }`;
}
