import { type CompletedShell, completionScripts } from '../complete/scripts.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { Outside } from '../outside.ts';

/** `cutover completion <shell>`: the script that teaches a shell to complete. */
export async function completion(shell: string | undefined, outside: Outside): Promise<ExitCode> {
  if (!isKnown(shell)) {
    const known = Object.keys(completionScripts).join(', ');
    outside.err(`There is no completion for "${shell}". There is one for ${known}.\n`);
    return Exit.usage;
  }
  outside.out(completionScripts[shell]);
  return Exit.succeeded;
}

function isKnown(shell: string | undefined): shell is CompletedShell {
  return shell !== undefined && Object.hasOwn(completionScripts, shell);
}
