import { processorsIn } from '../kit/processors.ts';
import { median } from '../kit/statistics.ts';
import { table } from '../kit/table.ts';
import { contenders } from './contenders.ts';
import { type CommandMeasured, hostsInWords, type Measured, type Results, type Row, type Sample } from './results.ts';
import { medianSeconds, secondsOf, type Target } from './targets.ts';

/** What a run found, for people. */
export function report(results: Results, targets: readonly Target[]): string {
  const blocks = [
    `${headOf(results)}
${processorsIn(results.slowness)}
Medians of ${results.runs} runs each, taken in turn. Load of the machine: ${results.loadBefore} before, ${results.loadAfter} after.`,
    ...results.rows.map(rowBlock),
    commandsBlock(results.commands),
    targetsBlock(targets),
    notes(results),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function headOf({ files, first }: Results): string {
  if (first)
    return `The first deployment of ${files} files of 6.6 kB to a host on which nothing lies but one shared directory and one shared file.
What a tool must be called with once before (mina setup, pm2 deploy setup) is part of it; its own config and installation are not.`;
  return `A warm deployment of a small change: ${files} files of 6.6 kB, one shared directory, one shared file, 5 releases kept.`;
}

function rowBlock(row: Row): string {
  const head = ['', 'seconds', '× floor', 'from', 'to', ...countHeads];
  const floor = secondsOf(row, 'floor');
  const lines = row.measured.map((measured) => rowLine(measured, floor));
  const title = `${row.roundTripMs} ms round trip, ${hostsInWords(row.hosts)}`;
  return [title, table([head, ...lines]), ...row.measured.flatMap(failureLine)].join('\n');
}

function rowLine(measured: Measured, floor: number | undefined): readonly string[] {
  const seconds = medianSeconds(measured);
  if (seconds === undefined) return [measured.contender, 'not measured'];
  const ratio = floor === undefined ? '-' : (seconds / floor).toFixed(2);
  const all = measured.samples.map((sample) => sample.seconds);
  const range = [Math.min(...all), Math.max(...all)].map((value) => value.toFixed(2));
  return [measured.contender, seconds.toFixed(2), ratio, ...range, ...counts(measured.samples)];
}

const countHeads = ['connections', 'execs', 'kB', 'turns'];

function counts(samples: readonly Sample[]): readonly string[] {
  const of = (pick: (sample: Sample) => number) => median(samples.map(pick));
  const kilobytes = of((sample) => sample.bytes) / 1000;
  return [
    String(of((sample) => sample.connections)),
    String(of((sample) => sample.execs)),
    kilobytes.toFixed(0),
    String(of((sample) => sample.turns)),
  ];
}

function failureLine({ contender, failure }: Measured): readonly string[] {
  return failure === null ? [] : [`${contender}: ${failure}`];
}

function commandsBlock(commands: readonly CommandMeasured[]): string {
  const [first] = commands;
  if (first === undefined) return '';
  const title = `Other commands, ${first.roundTripMs} ms round trip, 1 host`;
  const failures = new Set(commands.flatMap(failureLine));
  return [title, table([['', 'seconds', ...countHeads], ...commands.map(commandLine)]), ...failures].join('\n');
}

function commandLine(measured: CommandMeasured): readonly string[] {
  const name = `${measured.contender} ${measured.command}`;
  const seconds = medianSeconds(measured);
  return seconds === undefined ? [name, 'not measured'] : [name, seconds.toFixed(2), ...counts(measured.samples)];
}

function targetsBlock(targets: readonly Target[]): string {
  const lines = targets.map(
    ({ aim, state, evidence }) => `  ${state.padEnd(12)}  ${aim}${evidence && `: ${evidence}`}`,
  );
  return ['Cutover is to be', ...lines].join('\n');
}

function notes(results: Results): string {
  const taking = new Set(results.rows.flatMap((row) => row.measured.map(({ contender }) => contender)));
  const own = contenders.filter(({ name, note }) => note !== null && taking.has(name));
  const common = [
    '  execs: commands, shells and subsystems that sshd started. kB: both directions. turns: times the client spoke after the server.',
    '  The link delays and counts; it limits no bandwidth and does not imitate the slow start of TCP.',
  ];
  return ['Notes', ...own.map(({ name, note }) => `  ${name}: ${note}.`), ...common].join('\n');
}
