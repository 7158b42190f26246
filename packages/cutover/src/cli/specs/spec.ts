import type { Option } from 'commander';
import type { ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';

/** One command of the command line: how it is called, what it says of itself, and what it does. */
export interface Spec {
  /** As commander takes it: `rollback [release]`. */
  readonly usage: string;
  readonly summary: string;
  /** More than the summary, for the command's own help and the reference page. */
  readonly description?: string;
  /** How it is called, for whoever has called it otherwise. */
  readonly example?: string;
  readonly options: readonly (() => Option)[];
  readonly subcommands?: readonly Spec[];
  /** Gets the operands in order and the options; the command's code is loaded inside. */
  action?(operands: Operands, options: object, outside: Outside): Promise<ExitCode>;
}

/** What stands behind a command's name, in the order of its usage; a list where the usage takes several. */
export type Operands = readonly (string | string[] | undefined)[];

/** A single operand. */
export function word(operand: string | string[] | undefined): string | undefined {
  return typeof operand === 'string' ? operand : undefined;
}

/** An operand that takes several words. */
export function words(operand: string | string[] | undefined): readonly string[] {
  return Array.isArray(operand) ? operand : [];
}
