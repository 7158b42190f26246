import type { About, DeploymentState } from '../events/state.ts';
import type { Serving } from '../model/deployment.ts';
import type { HostName } from '../model/host.ts';
import { shortId } from '../model/revision.ts';
import { cleanWord } from './clean.ts';
import { refOf } from './headline.ts';
import { hostList, mostNamed } from './words.ts';

/** What is in service on each host, hosts that serve the same together; nothing while it is not known at all. */
export function servingLines(state: DeploymentState, about: About): string[] {
  const groups = Map.groupBy(Object.entries(state.serving), ([, serving]) => servingWords(serving, about));
  const lines = [...groups].map(([words, members]) => `${hostNames(members, groups.size)}: ${words}`);
  return lines.length < 2
    ? lines.map((line) => `In service on ${line}`)
    : ['In service:', ...lines.map((line) => `  ${line}`)];
}

function servingWords(serving: Serving, about: About): string {
  if (serving.kind === 'nothing') return 'nothing yet';
  if (serving.kind === 'unknown') return 'not known, because it could not be asked';
  const revision = serving.release === about.release ? about.revision : about.served[serving.release];
  if (!revision) return cleanWord(serving.release);
  const of = [shortId(revision), refOf(revision)].filter((part) => part !== '').join(', ');
  return `${cleanWord(serving.release)} (${of})`;
}

function hostNames(members: readonly (readonly [HostName, Serving])[], groups: number): string {
  if (groups === 1 && members.length > mostNamed) return `all ${members.length} hosts`;
  return hostList(members.map(([host]) => host));
}
