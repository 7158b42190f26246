import { lastLines } from '../report/clean.ts';
import type { Paint } from '../report/paint.ts';
import { padBefore, padTo } from '../report/width.ts';
import { count } from '../report/words.ts';
import { type Act, isAsMeant, type Report } from './act.ts';
import type { Numbers } from './numbers.ts';
import type { News } from './run.ts';

/** What is said before anything happens. */
export function opening(paint: Paint): readonly string[] {
  return [
    paint.bold('Cutover deploys a small shop to this machine while visitors use it.'),
    '',
    'Each release is built in a directory of its own beside the live one. When it is',
    'whole, one rename of the link "current" puts it in service; when anything is',
    'wrong, the old one stays or comes back. Every answer to a visitor is checked.',
    '',
  ];
}

/** Where it happens. */
export function setting({ server, visitors }: Extract<News, { kind: 'ready' }>, paint: Paint): readonly string[] {
  return [paint.dim(`Served by ${server.name} at ${server.url}, with ${count(visitors, 'visitor')}.`), ''];
}

/** What is going on: the line that the report of the act takes the place of. */
export function underWay(act: Act): string {
  return `  ${nameOf(act)}  …`;
}

/** One line for each act, and a sentence more where something failed. */
export function reportLines(report: Report, paint: Paint): readonly string[] {
  const { act, deployed } = report;
  const isMeant = isAsMeant(report);
  const isLive = isMeant && deployed.state.outcome === 'succeeded';
  const mark = isLive ? paint.good('✓') : paint.bad('✗');
  const head = `${mark} ${nameOf(act)}  ${seconds(deployed.tookMs)}  ${visitorsOf(report, paint)}`;
  if (isLive) return [head];
  return [head, ...(isMeant ? purpose(report) : mishap(report)).map((line) => `    ${line}`)];
}

/** The end of it: the table, what it means, and what to try next. */
export function closing(numbers: Numbers, program: string, paint: Paint): readonly string[] {
  const rows = rowsOf(numbers);
  const width = Math.max(...rows.map(([title]) => title.length));
  return [
    '',
    ...rows.map(([title, value]) => `  ${padTo(title, width)}  ${value}`),
    '',
    ...(numbers.passed
      ? [paint.good('Visitors noticed nothing.')]
      : numbers.complaints.map((sentence) => `${paint.bad('✗')} ${sentence}`)),
    '',
    'Next, in a project of your own:',
    `  ${program} init      writes a small config`,
    `  ${program} plan      shows every step before anything is done`,
    `  ${program} deploy    does it`,
  ];
}

/** What is said last when the directory was kept. */
export function keptLines(directory: string): readonly string[] {
  return ['', `Kept: ${directory}`, '  shop/ is the repository with its config, server/ what was deployed.'];
}

function nameOf(act: Act): string {
  if (act.kind === 'rollback') return padTo(`Rollback to release ${act.to}`, nameWidth);
  return padTo(`Release ${padBefore(String(act.chapter.number), String(act.of).length)} of ${act.of}`, nameWidth);
}

const nameWidth = 'Rollback to release 99'.length;

function visitorsOf({ before, requests, spoilt }: Report, paint: Paint): string {
  if (before === null) return 'in service; the visitors come';
  const told = `${figure(spoilt)} of ${figure(requests)} requests failed`;
  return spoilt > 0 ? paint.bad(told) : told;
}

/** What was broken on purpose, how it showed, and what Cutover did. */
function purpose({ act, before, deployed, pages }: Report): readonly string[] {
  const said = saidBy(deployed.state.failures[0]?.output ?? '');
  if (act.kind === 'release' && act.chapter.flaw === 'build')
    return [
      `Broken on purpose: its build failed${said}.`,
      `It was refused: no visitor ever saw it, release ${before} stayed in service.`,
    ];
  return [
    `Broken on purpose: its health check failed${said}.`,
    `It had served ${count(pages, 'whole page')} when release ${before} was put back by itself.`,
  ];
}

function mishap({ deployed }: Report): readonly string[] {
  const { state, said } = deployed;
  const told = state.failures.flatMap((trouble) => lastLines(trouble.output, 3, false));
  return ['This was not meant to happen.', ...told, ...lastLines(said, 5, false)];
}

function saidBy(output: string): string {
  const [line] = lastLines(output, 1, false);
  return line === undefined ? '' : ` (“${line.trim().replace(/\.$/, '')}”)`;
}

function rowsOf(numbers: Numbers): readonly (readonly [string, string])[] {
  const { median, longest } = numbers.seconds;
  return [
    ['Requests served', figure(numbers.requests)],
    ['Failed', figure(numbers.failed)],
    ['Mixed between releases', figure(numbers.mixed)],
    ['From a release not in service', figure(numbers.outOfService)],
    ['Missing assets', figure(numbers.missingAssets)],
    ['Lost sessions', figure(numbers.lostSessions)],
    ['Releases put in service', figure(numbers.released)],
    ['Seconds per deployment', `${median.toFixed(2)} median, ${longest.toFixed(2)} longest`],
    ['Broken releases', brokenText(numbers)],
    ['Rolled back to', numbers.rolledBackTo === null ? 'nothing' : `release ${numbers.rolledBackTo}`],
  ];
}

function brokenText({ broken }: Numbers): string {
  const told = broken.map(({ release, flaw }) => `${release} ${flaw === 'build' ? 'refused' : 'put back'}`);
  return told.join(', ') || 'none';
}

function seconds(ms: number): string {
  return `${padBefore((ms / 1000).toFixed(2), 5)} s`;
}

function figure(number: number): string {
  return number.toLocaleString('en-GB');
}
