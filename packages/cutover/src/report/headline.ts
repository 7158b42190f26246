import type { About } from '../events/state.ts';
import type { DeploymentKind } from '../model/deployment.ts';
import { type Revision, shortId } from '../model/revision.ts';
import { cleanWord } from './clean.ts';

/** What begins, in one line: “Deploying shop to production: main a1b2c3d4e5 “Add the basket”, as 20261123145709”. */
export function headline(about: Subject): string {
  const what = `${beginning[about.kind]} ${cleanWord(about.project)} ${preposition[about.kind]} ${cleanWord(about.stage)}`;
  const parts = [about.revision === null ? null : revisionLine(about.revision), about.release && `as ${about.release}`];
  const named = parts.filter((part) => part !== null).join(', ');
  return named === '' ? what : `${what}: ${named}`;
}

/** What a headline names; a plan has it as well. */
export type Subject = Pick<About, 'kind' | 'project' | 'stage' | 'release' | 'revision'>;

/** A revision as people know it: what was asked for, its short id and the first line of its message. */
function revisionLine(revision: Revision): string {
  const message = cleanWord(revision.message);
  const name = [refOf(revision), shortId(revision)].filter((part) => part !== '').join(' ');
  return message === '' ? name : `${name} “${message}”`;
}

/** The ref, unless it only repeats the revision's id. */
export function refOf(revision: Revision): string {
  const ref = cleanWord(revision.branch ?? revision.ref);
  return revision.id.replace(/^sha256:/, '').startsWith(ref) ? '' : ref;
}

const beginning: Readonly<Record<DeploymentKind, string>> = {
  deploy: 'Deploying',
  rollback: 'Rolling back',
  prune: 'Pruning',
  purge: 'Purging caches of',
  adopt: 'Adopting',
  env: 'Writing the environment of',
  exec: 'Running a command for',
  unlock: 'Unlocking',
  recover: 'Healing',
};

const preposition: Readonly<Record<DeploymentKind, string>> = {
  deploy: 'to',
  rollback: 'on',
  prune: 'on',
  purge: 'on',
  adopt: 'on',
  env: 'on',
  exec: 'on',
  unlock: 'on',
  recover: 'on',
};
