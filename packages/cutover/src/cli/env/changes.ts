import type { HostName } from '../../model/host.ts';
import { cleanWord } from '../../report/clean.ts';
import { count, hostList } from '../../report/words.ts';
import { type KeyChanges, keyChanges } from './dotenv.ts';
import type { RemoteFile } from './remote.ts';

/** How the shared file of some hosts compares with a file of this machine; hosts where it is the same stand together. */
export interface Comparison extends KeyChanges {
  readonly hosts: readonly HostName[];
  /** `same`: byte for byte. `missing`: the hosts have none. */
  readonly state: 'same' | 'missing' | 'different';
}

/** What would become of the shared files, if each gave way to `local`. */
export function compare(files: readonly RemoteFile[], local: string): readonly Comparison[] {
  const groups = Map.groupBy(files, ({ text }) => text);
  return [...groups].map(([text, same]) => ({
    hosts: same.map(({ host }) => host),
    state: stateOf(text, local),
    ...keyChanges(text, local),
  }));
}

/** One comparison as a sentence, in the names of keys alone: “web1: new keys A; changed keys B, C.” */
export function comparisonSentence(comparison: Comparison, words: Words): string {
  return `${hostList(comparison.hosts)}: ${whatDiffers(comparison, words)}.`;
}

/** How lists of keys are introduced, and what is said where there is nothing to list. */
export interface Words {
  readonly same: string;
  readonly missing: string;
  readonly added: string;
  readonly changed: string;
  readonly removed: string;
}

function stateOf(text: string | null, local: string): Comparison['state'] {
  if (text === null) return 'missing';
  return text === local ? 'same' : 'different';
}

function whatDiffers(comparison: Comparison, words: Words): string {
  const { state, added, changed, removed } = comparison;
  if (state === 'same') return words.same;
  const lists = [
    added.length > 0 ? `${words.added} ${keyList(added)}` : null,
    changed.length > 0 ? `${words.changed} ${keyList(changed)}` : null,
    removed.length > 0 ? `${words.removed} ${keyList(removed)}` : null,
  ].filter((part) => part !== null);
  if (state === 'missing') return [words.missing, ...lists].join('; ');
  return lists.length > 0 ? lists.join('; ') : 'different, but in no key: in comments, order or spacing';
}

const mostKeys = 40;

function keyList(keys: readonly string[]): string {
  const names = keys.slice(0, mostKeys).map(cleanWord).join(', ');
  return keys.length > mostKeys ? `${names} and ${count(keys.length - mostKeys, 'more key')}` : names;
}
