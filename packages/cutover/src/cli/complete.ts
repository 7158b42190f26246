import type { Command, Option } from 'commander';
import { type Line, lineOf, type Question } from './complete/question.ts';
import type { Asked, Proposal } from './complete/values.ts';
import { Exit, type ExitCode } from './exit.ts';
import type { Outside } from './outside.ts';

/** What the shell shall complete by itself: names of files. */
const files = ':files';

/** Prints what the last of these words can become, each with a tab and a hint behind it; the others stand before it on the line. */
export async function printProposals(program: Command, words: readonly string[], outside: Outside): Promise<ExitCode> {
  const line = lineOf(program, words);
  if (isFile(line.question)) outside.out(`${files}\n`);
  for (const { word, hint } of await proposals(line, outside))
    outside.out(`${word}\t${hint.replaceAll(/\s+/g, ' ')}\n`);
  return Exit.succeeded;
}

function isFile(question: Question): boolean {
  return question.kind === 'words' || (question.kind === 'value' && ['--config', 'file'].includes(question.of));
}

async function proposals({ question, begun, given }: Line, outside: Outside): Promise<readonly Proposal[]> {
  const fits = ({ word }: Proposal): boolean => word.startsWith(begun);
  switch (question.kind) {
    case 'words':
    case 'nothing':
      return [];
    case 'command':
      return commandsOf(question.command).filter(fits);
    case 'option':
      return optionsOf(question.command, given).filter(fits);
    case 'value': {
      const found = await valuesOf(question.of, { given, outside });
      return found.filter(fits).map(({ word, hint }) => ({ word: question.before + word, hint }));
    }
  }
}

function commandsOf(command: Command): readonly Proposal[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((inner) => ({ word: inner.name(), hint: inner.summary() || inner.description() }));
}

/** Options that were given are not proposed again, unless they may be repeated: only those read their values themselves. */
function optionsOf(command: Command, given: ReadonlyMap<string, string>): readonly Proposal[] {
  const visible: readonly Option[] = command.createHelp().visibleOptions(command);
  return visible
    .filter(({ long, parseArg }) => parseArg !== undefined || !given.has(long ?? ''))
    .map(({ long, short, description }) => ({ word: long ?? short ?? '', hint: description }));
}

/** Loaded here, because the config's schema takes longer than all the rest. */
async function valuesOf(of: string, asked: Asked): Promise<readonly Proposal[]> {
  const { valuesOf: fromConfig } = await import('./complete/values.ts');
  return fromConfig(of, asked);
}
