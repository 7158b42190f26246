import { Command, CommanderError } from 'commander';
import { Exit, type ExitCode } from './exit.ts';
import { withDocument } from './json.ts';
import type { Outside } from './outside.ts';
import type { Operands, Spec } from './specs/spec.ts';
import { commands } from './specs.ts';
import { version } from './version.ts';

/** Runs a command line; the answer is the exit code. Commands are loaded when they are called, so that help costs nothing. */
export async function run(args: readonly string[], outside: Outside): Promise<ExitCode> {
  let exit: ExitCode = Exit.succeeded;
  const program = programFor(outside, (code) => {
    exit = code;
  });
  try {
    await program.parseAsync(meant(args), { from: 'user' });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.succeeded : Exit.usage;
    throw error;
  }
}

/** `help env push` is `env push --help`: commander itself looks for one command alone behind `help`. */
function meant(args: readonly string[]): string[] {
  return args[0] === 'help' && args.length > 2 ? [...args.slice(1), '--help'] : [...args];
}

/** The whole command line as data of commander's: for running it and for completion. */
function programFor(outside: Outside, ended: (code: ExitCode) => void): Command {
  const program = new Command('cutover')
    .description('Zero-downtime deployments of web applications over SSH.')
    .version(version, '-V, --version', 'Print the version.')
    .helpOption('-h, --help', 'Show help.')
    .helpCommand('help [command...]', 'Show help for a command.')
    .configureOutput({ writeOut: outside.out, writeErr: outside.err })
    .showHelpAfterError('Run "cutover --help" to see what there is.')
    .exitOverride();
  for (const spec of commands) addCommand(program, spec, { outside, ended });
  addCompletion(program, { outside, ended });
  return program;
}

interface Parts {
  readonly outside: Outside;
  ended(code: ExitCode): void;
}

/** What the scripts of `cutover completion` call: it walks the program itself, which no other command knows. */
function addCompletion(program: Command, { outside, ended }: Parts): void {
  program.command('__complete [words...]', { hidden: true }).action(async (line: readonly string[]) => {
    const { printProposals } = await import('./complete.ts');
    ended(await printProposals(program, line, outside));
  });
}

function addCommand(program: Command, spec: Spec, parts: Parts): void {
  const command = program
    .command(spec.usage)
    .summary(spec.summary)
    .description(spec.description ?? spec.summary)
    .showHelpAfterError(helpFor(program, spec));
  for (const option of spec.options) command.addOption(option());
  if (spec.subcommands) for (const sub of spec.subcommands) addCommand(command, sub, parts);
  const { action } = spec;
  if (!action) return;
  command.action(async (...given: unknown[]) => {
    const operands = given.slice(0, -2) as Operands;
    const options: { readonly json?: boolean; readonly timings?: boolean } = command.optsWithGlobals();
    const act = (outside: Outside): Promise<ExitCode> => action(operands, options, outside);
    const told = options.json ? (outside: Outside) => withDocument(outside, act) : act;
    parts.ended(await inTime(parts.outside, options.timings ?? false, told));
  });
}

/** Where to look after a mistake in the command line: at the command that was meant. */
function helpFor(parent: Command, { usage, example }: Spec): string {
  const names = [parent.parent === null ? '' : `${parent.name()} `, usage.replace(/ .*/, '')].join('');
  const shown = example === undefined ? '' : ` It is called like this: ${example}`;
  return `Run "cutover ${names} --help" to see how it is called.${shown}`;
}

/** With `--timings` or `CUTOVER_TRACE`, times are taken while it runs. */
async function inTime(
  outside: Outside,
  table: boolean,
  act: (outside: Outside) => Promise<ExitCode>,
): Promise<ExitCode> {
  const file = outside.env.CUTOVER_TRACE || null;
  if (!table && file === null) return act(outside);
  const { traced } = await import('./trace/trace.ts');
  return traced(outside, { file, table }, act);
}
