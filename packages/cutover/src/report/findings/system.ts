import type { Tool } from '../../model/facts.ts';
import { lastLines } from '../clean.ts';
import { failureSentence, isNoRoom } from '../sentences.ts';
import { durationInWords } from '../words.ts';
import type { Examined, Look } from './examine.ts';

/** Clocks that differ by less than this are as good as equal: names of releases and times of states are to the second. */
export const clockToleranceMs = 30_000;

/** Below this a small release and its dependencies may still fit. */
const littleKilobytes = 1024 * 1024;
const noKilobytes = 100 * 1024;

/** A Node or PHP application with its dependencies has tens of thousands of files. */
const fewInodes = 100_000;
const noInodes = 5_000;

/** The host's clock against the one of this machine. */
export const clock: Look = ({ aheadMs }) => {
  if (Math.abs(aheadMs) <= clockToleranceMs)
    return { level: 'ok', sentence: 'Goes as the one of this machine.', mend: null };
  const way = aheadMs > 0 ? 'ahead of' : 'behind';
  return {
    level: 'warning',
    sentence: `Is ${durationInWords(Math.abs(aheadMs))} ${way} the one of this machine: times in its history and records will mislead.`,
    mend: 'Let one of the two keep its time by NTP, such as with systemd-timesyncd or chrony.',
  };
};

/** Tools that the config makes use of and the host lacks. */
export const tools: Look = (examined) => {
  const lacking = wantedTools(examined).filter(({ any }) => !any.some((tool) => examined.facts.tools.includes(tool)));
  if (lacking.length === 0) return { level: 'ok', sentence: `${examined.facts.tools.join(', ')}.`, mend: null };
  return {
    level: 'problem',
    sentence: `${lacking.map(({ any, why }) => `There is no ${any.join(' and no ')}, ${why}`).join('; ')}.`,
    mend: `Install ${lacking.map(({ any }) => any.join(' or ')).join(', and ')}.`,
  };
};

/** Whether `current` can be replaced in one step. */
export const swap: Look = ({ host, swap: trouble }) => {
  if (trouble === null) return { level: 'ok', sentence: 'A link can be replaced in one step.', mend: null };
  const said = lastLines(trouble.output, 3, false).join(' ');
  return {
    level: isNoRoom(trouble.failure) ? 'warning' : 'problem',
    sentence: said === '' ? failureSentence(trouble.failure, { host: host.name, title: 'try the swap' }) : said,
    mend: null,
  };
};

/** Free space where the deploy path is or will be. */
export const space: Look = ({ facts: { freeKilobytes: free } }) => {
  if (free === null) return { level: 'ok', sentence: 'How much space is free could not be read.', mend: null };
  const sentence = `${sizeOf(free)} are free.`;
  if (free >= littleKilobytes) return { level: 'ok', sentence, mend: null };
  const mend = 'Make space, or remove old releases with "cutover prune" and keep fewer (keep in the config).';
  return { level: free < noKilobytes ? 'problem' : 'warning', sentence: `Only ${sentence}`, mend };
};

/** Free inodes there: a file system that has none left is full, however much space is free. */
export const inodes: Look = ({ facts: { freeInodes: free } }) => {
  if (free === null || free === 0) return null;
  const sentence = `${free.toLocaleString('en-GB')} more files can be made.`;
  if (free >= fewInodes) return { level: 'ok', sentence, mend: null };
  const mend = 'Remove files, or old releases with "cutover prune"; the number is fixed when a file system is made.';
  return { level: free < noInodes ? 'problem' : 'warning', sentence: `Only ${sentence}`, mend };
};

interface WantedTool {
  /** One of them is enough. */
  readonly any: readonly Tool[];
  readonly why: string;
}

function wantedTools({ host, settings }: Examined): readonly WantedTool[] {
  const { checks, hooks, writable } = settings;
  const asks = checks.some(
    (check) => check.kind === 'http' && check.from === 'host' && check.hosts.includes(host.name),
  );
  const changesUser = hooks.some((hook) => hook.user !== null && hook.hosts.includes(host.name));
  const setsAcl = writable.way === 'acl' && writable.paths.length > 0;
  return [
    ...(asks ? [{ any: ['curl', 'node', 'php'] as const, why: 'one of which the checks ask with' }] : []),
    ...(changesUser ? [{ any: ['sudo'] as const, why: 'through which hooks run as another user' }] : []),
    ...(setsAcl ? [{ any: ['setfacl'] as const, why: 'which writable.way "acl" needs' }] : []),
  ];
}

function sizeOf(kilobytes: number): string {
  const megabytes = kilobytes / 1024;
  return megabytes < 1024 ? `${Math.floor(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
