import type { Host } from '../model/host.ts';
import { type Problem, problem, type Result } from './problem.ts';
import { listed, quoted, suggestion } from './suggest.ts';

/** Which hosts are wanted: any of one kind, and each kind that is given. */
export interface Selection {
  /** Names; `*` stands for any letters. */
  readonly hosts: readonly string[];
  readonly roles: readonly string[];
  /** As `key=value`. */
  readonly labels: readonly string[];
}

/** No wish: all hosts. */
export const allHosts: Selection = { hosts: [], roles: [], labels: [] };

/** The hosts that a selection names, in the stage's order; a name that fits none of them is a problem that tells the known ones. */
export function selectHosts(hosts: readonly Host[], selection: Selection): Result<readonly Host[]> {
  const problems = unknownNames(hosts, selection);
  if (problems.length > 0) return { ok: false, problems };
  const value = hosts.filter((host) => fits(host, selection));
  return value.length > 0 ? { ok: true, value } : { ok: false, problems: [noneFits(hosts, selection)] };
}

/** Names of a selection that fit no host at all. */
export function unknownNames(hosts: readonly Host[], { hosts: names, roles, labels }: Selection): Problem[] {
  const known = {
    host: hosts.map(({ name }) => name),
    role: unique(hosts.flatMap((host) => host.roles)),
    label: unique(hosts.flatMap(labelsOf)),
  };
  return [
    ...names
      .filter((name) => !known.host.some((host) => matches(name, host)))
      .map((name) => unknown('host is called', name, known.host)),
    ...roles.filter((role) => !known.role.includes(role)).map((role) => unknown('host has the role', role, known.role)),
    ...labels
      .filter((label) => !known.label.includes(label))
      .map((label) => unknown('host has the label', label, known.label)),
  ];
}

/** Whether a host is wanted. */
export function fits(host: Host, { hosts, roles, labels }: Selection): boolean {
  return (
    (hosts.length === 0 || hosts.some((name) => matches(name, host.name))) &&
    (roles.length === 0 || roles.some((role) => host.roles.includes(role))) &&
    (labels.length === 0 || labels.some((label) => labelsOf(host).includes(label)))
  );
}

function matches(pattern: string, name: string): boolean {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[^\w]/gu, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 's').test(name);
}

function labelsOf(host: Host): string[] {
  return Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)];
}

function unknown(what: string, word: string, known: readonly string[]): Problem {
  return problem([], `No ${what} ${quoted(word)}.`, suggestion(word, known) ?? 'No host has any.');
}

function noneFits(hosts: readonly Host[], { hosts: names, roles, labels }: Selection): Problem {
  const wanted = [
    names.length > 0 ? `called ${listed(names)}` : null,
    roles.length > 0 ? `with the role ${listed(roles)}` : null,
    labels.length > 0 ? `with the label ${listed(labels)}` : null,
  ];
  const sentence = `No host is all of this: ${wanted.filter((part) => part !== null).join('; ')}.`;
  return problem([], sentence, `Known: ${listed(hosts.map(({ name }) => name))}.`);
}
