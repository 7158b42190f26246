import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';

/** Whether the person agrees; `--yes` does. Where nobody can be asked and nobody agreed beforehand, the answer is no, with the reason. */
export async function agreed(
  question: string,
  parts: { readonly options: Pick<StageOptions, 'yes'>; readonly outside: Outside },
): Promise<boolean> {
  if (parts.options.yes) return true;
  if (!parts.outside.canAsk) {
    parts.outside.err(`${question} Nobody can be asked here: say --yes. Nothing was changed.\n`);
    return false;
  }
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  if (!isCancel(answer) && answer) return true;
  parts.outside.err('Nothing was changed.\n');
  return false;
}
