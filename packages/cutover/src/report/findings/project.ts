import type { HostFacts } from '../../model/facts.ts';
import { intrusionAdvice, intrusionIn } from '../../model/intrusion.ts';
import type { Source } from '../../model/source.ts';
import { cleanWord } from '../clean.ts';
import { processNotes } from '../processes.ts';
import { intrusionText } from '../unrecorded.ts';
import { toolName } from '../unshared.ts';
import { count } from '../words.ts';
import type { Look } from './examine.ts';

/*
 * What is said of a project's place on a host when a deployment would not be refused for it: the sentences of refusals
 * take the place of these.
 */

/** Whether code gets there. */
export const delivery: Look = ({ settings, facts }) => ({
  level: 'ok',
  sentence: `Can receive code: ${wayOf(settings.source, facts)}.`,
  mend: null,
});

/** The deploy path itself. */
export const deployPath: Look = ({ host, facts }) => {
  const path = cleanWord(host.deployPath);
  const isThere = facts.deployPath.kind === 'directory';
  const sentence = isThere ? `${path} is there and writable.` : `${path} does not exist yet and can be made.`;
  return {
    level: 'ok',
    sentence,
    mend: null,
    fixes: isThere ? [] : [{ kind: 'make-directory', path: host.deployPath }],
  };
};

/** Only worth a word when it is not the one of the config. */
export const layout: Look = () => null;

/** What is in service. */
export const current: Look = ({ facts }) => {
  const { current: found } = facts;
  const intrusion = intrusionIn(facts);
  if (intrusion !== null)
    return {
      level: 'warning',
      sentence: `${intrusionText(intrusion)}.`,
      mend: `The next deployment takes it over, so that it can be gone back to. ${intrusionAdvice}`,
    };
  if (found.kind !== 'release') return { level: 'ok', sentence: 'Nothing is in service yet.', mend: null };
  const name = cleanWord(found.release);
  if (found.exists) return { level: 'ok', sentence: `${name} is in service.`, mend: null };
  return {
    level: 'warning',
    sentence: `Current names ${name}, which is gone: visitors meet nothing.`,
    mend: 'Deploy, or roll back to a release that is there.',
  };
};

/** Processes of the release in service. */
export const appProcesses: Look = ({ facts, settings }) => {
  const notes = processNotes(facts);
  if (notes.length === 0) return null;
  const isKeptBySystemd = settings.processes.some(({ manager }) => manager.startsWith('systemd'));
  return {
    level: 'problem',
    sentence: `${notes.map((note) => note.charAt(0).toUpperCase() + note.slice(1)).join('. ')}.`,
    mend: isKeptBySystemd
      ? '"systemctl status" of its unit says why, on the host.'
      : 'Let systemd keep it (processManager; "cutover units" shows its unit), which starts it with the host.',
  };
};

/** What lies among the releases and is none; records that cannot be understood are refused. */
export const records: Look = ({ facts: { oddDirectories: odd } }) => {
  if (odd.length === 0) return null;
  return {
    level: 'warning',
    sentence: `Among the releases lies what is none: ${odd.map(cleanWord).join(', ')}. It is never touched.`,
    mend: 'Move it away if nobody needs it there.',
  };
};

/** Only worth a word when it is held. */
export const lock: Look = () => ({ level: 'ok', sentence: 'Nobody holds it.', mend: null });

/** Shared files that the config names. */
export const sharedFiles: Look = ({ settings, facts }) => {
  const files = settings.shared.filter((path) => path.type === 'file');
  if (files.length === 0) return null;
  const empty = files.filter((path) => facts.shared[path.to] === 'empty').map((path) => cleanWord(path.to));
  if (empty.length > 0) {
    const verb = empty.length === 1 ? 'is' : 'are';
    return {
      level: 'warning',
      sentence: `${empty.join(', ')} ${verb} empty.`,
      mend: 'Send what belongs there with "cutover env push".',
    };
  }
  const there = files.filter((path) => facts.shared[path.to] === 'file').map((path) => cleanWord(path.to));
  const sentence = there.length > 0 ? `${there.join(', ')} there.` : 'None is there, and none must be.';
  return { level: 'ok', sentence, mend: null };
};

/** Releases of another tool that can be taken over. */
export const adoptable: Look = ({ facts }) => {
  const { foreign, records: known } = facts;
  if (foreign.kind === 'none' || known.length > 0) return null;
  const name = toolName(foreign.kind);
  const tool = foreign.kind === 'other' ? name : name.charAt(0).toUpperCase() + name.slice(1);
  const found = `Made by ${tool}: found ${count(foreign.served.length, 'release')} of it that served.`;
  return {
    level: 'ok',
    sentence: `${found} "cutover adopt" or the first deployment takes them over, without a moment of downtime.`,
    mend: null,
  };
};

function wayOf(source: Source, { tools }: HostFacts): string {
  if (source.kind === 'fetch') return `the host fetches it from ${cleanWord(source.url)}`;
  const from = source.kind === 'artifact' ? 'from what is built here' : 'from the repository on this machine';
  return tools.includes('git')
    ? `${from}, only what the host lacks`
    : `${from}, each time whole, since the host has no git`;
}
