import type { Command, Option } from 'commander';

/** What the word under the cursor can become. */
export type Question =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'option'; readonly command: Command }
  /** A value of an option or an operand; `before` stands in the same word already, such as `--stage=`. */
  | { readonly kind: 'value'; readonly of: string; readonly command: Command; readonly before: string }
  /** Words of the user's own command. */
  | { readonly kind: 'words' }
  | { readonly kind: 'nothing' };

/** A line as far as it is written, and what is asked at its end. */
export interface Line {
  readonly question: Question;
  /** As far as the word under the cursor is written, without `before`. */
  readonly begun: string;
  /** Values of options that were given before the cursor, by their long name. */
  readonly given: ReadonlyMap<string, string>;
}

/** Reads the words behind the program's name; the last one, which may be empty, is under the cursor. */
export function lineOf(program: Command, words: readonly string[]): Line {
  const reading = words.slice(0, -1).reduce(read, begin(program));
  const last = words.at(-1) ?? '';
  // A bash that breaks words at "=" has it as a word of its own.
  const begun = last === '=' && reading.pending !== null ? '' : last;
  return { ...asked(reading, begun), given: reading.given };
}

interface Reading {
  readonly command: Command;
  readonly operands: number;
  /** The option whose value comes next. */
  readonly pending: Option | null;
  readonly given: ReadonlyMap<string, string>;
  /** After two dashes. */
  readonly isLiteral: boolean;
}

function begin(command: Command): Reading {
  return { command, operands: 0, pending: null, given: new Map(), isLiteral: false };
}

function read(so: Reading, word: string): Reading {
  const { pending, given } = so;
  if (so.isLiteral) return { ...so, operands: so.operands + 1 };
  if (pending !== null && word === '=') return so;
  if (pending !== null && (pending.required || !word.startsWith('-')))
    return { ...so, pending: null, given: new Map([...given, [pending.long ?? '', word]]) };
  if (word === '--') return { ...so, pending: null, isLiteral: true };
  if (word.startsWith('-')) return readOption(so, word);
  // Behind "help" stands what stands in its place.
  if (word === 'help' && so.operands === 0 && so.command.commands.length > 0) return so;
  const inner = so.operands === 0 ? so.command.commands.find((command) => command.name() === word) : undefined;
  return inner ? { ...begin(inner), given } : { ...so, pending: null, operands: so.operands + 1 };
}

function readOption(so: Reading, word: string): Reading {
  const [name = '', ...value] = word.split('=');
  const option = optionCalled(so.command, name);
  const isOpen = value.length === 0 && option !== undefined && (option.required || option.optional);
  const given = new Map([...so.given, [option?.long ?? name, value.join('=')]]);
  return { ...so, given, pending: isOpen ? option : null };
}

function asked(so: Reading, begun: string): Pick<Line, 'question' | 'begun'> {
  const { command, pending } = so;
  if (so.isLiteral) return { question: { kind: 'words' }, begun };
  if (pending !== null && (pending.required || !begun.startsWith('-')))
    return { question: { kind: 'value', of: pending.long ?? '', command, before: '' }, begun };
  const [, name, value] = /^(--[\w-]+=)(.*)$/s.exec(begun) ?? [];
  if (name !== undefined)
    return { question: { kind: 'value', of: name.slice(0, -1), command, before: name }, begun: value ?? '' };
  if (begun.startsWith('-')) return { question: { kind: 'option', command }, begun };
  if (command.commands.length > 0)
    return { question: so.operands === 0 ? { kind: 'command', command } : { kind: 'nothing' }, begun };
  return { question: operandAt(so), begun };
}

/** Where no operand is wanted, options are what can come. */
function operandAt({ command, operands }: Reading): Question {
  const last = command.registeredArguments.at(-1);
  const operand = command.registeredArguments[operands] ?? (last?.variadic ? last : undefined);
  return operand === undefined
    ? { kind: 'option', command }
    : { kind: 'value', of: operand.name(), command, before: '' };
}

function optionCalled(command: Command, name: string): Option | undefined {
  return command.options.find((option) => option.long === name || option.short === name);
}
