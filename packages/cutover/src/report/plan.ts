import type { HostName } from '../model/host.ts';
import type { Payload } from '../model/payload.ts';
import type { Phase, Plan, Step } from '../plan/plan.ts';
import { cleanLine, cleanWord } from './clean.ts';
import { headline } from './headline.ts';
import { type Paint, paintFor } from './paint.ts';
import { durationInWords, hostList } from './words.ts';

/** How much of a plan is shown, and whether in colour. */
export interface PlanView {
  /** Show the shell of each undo and the limit of each step too. */
  readonly verbose: boolean;
  readonly colour: boolean;
}

/** A plan for people: what it notes, then every phase with its steps, their exact shell and how each is taken back. */
export function renderPlan(plan: Plan, view: PlanView): string[] {
  const paint = paintFor(view.colour);
  const show: Show = { ...view, paint };
  return [
    paint.bold(headline(plan)),
    ...[...plan.notes.map(cleanWord), ...leftOutNotes(plan)].map((note) => `${paint.warn('!')} ${note}`),
    ...plan.phases.flatMap((phase) => phaseLines(phase, show)),
    ...closingLines(plan, show),
  ];
}

interface Show extends PlanView {
  readonly paint: Paint;
}

/** Hosts that do not answer and that the config lets be left out. */
function leftOutNotes({ leftOut }: Plan): string[] {
  const hosts = Object.keys(leftOut);
  if (hosts.length === 0) return [];
  const words =
    hosts.length === 1 ? 'does not answer and is left out: it keeps' : 'do not answer and are left out: they keep';
  return [`${hostList(hosts)} ${words} what is in service, until the next deployment.`];
}

function phaseLines(phase: Phase, show: Show): string[] {
  const heading = [show.paint.bold(phase.name), ...batchWords(phase), ...warnWords(phase)].join(', ');
  const groups = groupsOf(phase.steps, show);
  return groups.length === 0 ? [] : ['', heading, ...groups.flatMap((group) => groupLines(group, show))];
}

function closingLines(plan: Plan, show: Show): string[] {
  const groups = groupsOf(plan.closing, show);
  const heading = `${show.paint.bold('closing')}, on every host, however it ends`;
  return groups.length === 0 ? [] : ['', heading, ...groups.flatMap((group) => groupLines(group, show))];
}

function batchWords(phase: Phase): string[] {
  const batches = phase.batches.filter((batch) => batch.length > 0);
  if (batches.length < 2) return [];
  return [`one batch after another: ${batches.map((batch) => hostList(batch)).join(' → ')}`];
}

function warnWords(phase: Phase): string[] {
  return phase.onFailure === 'warn' ? ['a failure here only warns'] : [];
}

/** Hosts for which the same lines would be printed. */
interface Group {
  readonly hosts: readonly HostName[];
  readonly lines: readonly string[];
}

function groupsOf(steps: Phase['steps'], show: Show): Group[] {
  const each = Object.entries(steps).filter(([, own]) => own.length > 0);
  const rendered = each.map(([host, own]) => ({ host, lines: own.flatMap((step) => stepLines(step, show)) }));
  const groups = Map.groupBy(rendered, ({ lines }) => lines.join('\n'));
  return [...groups.values()].map((same) => ({ hosts: same.map(({ host }) => host), lines: same[0]?.lines ?? [] }));
}

function groupLines(group: Group, show: Show): string[] {
  return [`  ${show.paint.dim(hostList(group.hosts))}`, ...group.lines];
}

function stepLines(step: Step, show: Show): string[] {
  return [
    `  • ${cleanWord(step.title)}`,
    ...shellLines(step.script, show),
    ...remarks(step, show).map((remark) => `    ${show.paint.dim(remark)}`),
    ...undoLines(step, show),
  ];
}

function remarks(step: Step, show: Show): string[] {
  return [
    ...(step.at === 'here' ? ['runs on this machine'] : []),
    ...(step.payload === null ? [] : [`sends ${payloadWords(step.payload)}`]),
    ...(step.secrets.length === 0 ? [] : [`gets the secrets ${step.secrets.map(cleanWord).join(', ')}`]),
    ...(show.verbose ? [`is stopped after ${durationInWords(step.limitMs)}`] : []),
  ];
}

function payloadWords(payload: Payload): string {
  switch (payload.kind) {
    case 'git-pack':
      return `the git objects of tree ${payload.tree} that the host lacks`;
    case 'artifact-pack':
      return `what of ${cleanWord(payload.path)} the host lacks, as objects of git (tree ${payload.tree})`;
    case 'git-archive':
      return `the files of git tree ${payload.tree}`;
    case 'artifact':
      return `${cleanWord(payload.path)} (${payload.digest})`;
    case 'file':
      return cleanWord(payload.path);
  }
}

function undoLines(step: Step, show: Show): string[] {
  const { undo } = step;
  if (undo.kind === 'none') return [`    ${show.paint.dim(`no undo: ${cleanWord(undo.why)}`)}`];
  const shell = show.verbose ? shellLines(undo.script, show) : [];
  return [`    ${show.paint.warn('undo:')} ${cleanWord(undo.title)}`, ...shell];
}

function shellLines(script: string, show: Show): string[] {
  const rows = script.split('\n').map((row) => cleanLine(row, false));
  return rows.map((row) => `    ${show.paint.dim('│')} ${row}`.trimEnd());
}
