import type { ExitCode } from './exit.ts';
import type { Outside } from './outside.ts';

/** What `--json` prints of a command that had neither a document nor events to print. */
export interface EndDocument {
  readonly format: 1;
  readonly exit: ExitCode;
  /** What a person was told on stderr. */
  readonly said: string;
}

/**
 * With `--json` stdout is always JSON: a command that ends with nothing on it (it was refused, or there was nothing to do)
 * gets a document that says so. People read the same on stderr.
 */
export async function withDocument(outside: Outside, act: (outside: Outside) => Promise<ExitCode>): Promise<ExitCode> {
  let said = '';
  let isSilent = true;
  const exit = await act({
    ...outside,
    errColumns: undefined,
    out(text) {
      isSilent = false;
      outside.out(text);
    },
    err(text) {
      said += text;
      outside.err(text);
    },
  });
  const document: EndDocument = { format: 1, exit, said: said.trim() };
  if (isSilent) outside.out(`${JSON.stringify(document)}\n`);
  return exit;
}

/** Says something to a person: on stdout, or on stderr where stdout is for JSON. */
export function say(
  text: string,
  parts: { readonly options: { readonly json?: boolean }; readonly outside: Outside },
): void {
  if (parts.options.json) parts.outside.err(`${text}\n`);
  else parts.outside.out(`${text}\n`);
}
