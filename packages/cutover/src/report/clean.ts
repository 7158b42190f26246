import { sequences, unseen } from '../events/control.ts';

/** Colours and styles, which cannot move anything. */
const styles = /^[\d;:]*$/;
const styled = /\x1b\[[\d;:]*m/;
const reset = '\x1b[0m';

/**
 * One line of remote output without anything that could move the cursor, ring, or write over what stands there.
 * Of a progress bar that redraws its line (CR) the last state is left. Colours stay only where they are shown.
 */
export function cleanLine(line: string, colour: boolean): string {
  if (isPlain(line)) return line;
  const safe = line.replace(sequences, keepStyle(colour));
  const shown = withoutBackspaces(lastState(safe)).replaceAll('\n', '').replace(unseen, '');
  return styled.test(shown) ? shown + reset : shown;
}

/** The last `count` lines of an output, cleaned; empty lines at its end are left out. */
export function lastLines(output: string, count: number, colour: boolean): string[] {
  const rows = output.trimEnd().split('\n').slice(-count);
  const clean = rows.map((row) => cleanLine(row, colour));
  return clean.some((row) => row.trim() !== '') ? clean : [];
}

/** A name or a message that stands within a line of ours: one line, no controls, no colours, no tabs. */
export function cleanWord(text: string): string {
  return isPlain(text) ? text : cleanLine(text.replaceAll(/\s+/g, ' ').trim(), false);
}

function isPlain(line: string): boolean {
  return /^[ -~]*$/.test(line);
}

function keepStyle(colour: boolean): (whole: string, parameters?: string, final?: string) => string {
  return (_whole, parameters, final) =>
    colour && final === 'm' && styles.test(parameters ?? '') ? `\x1b[${parameters}m` : '';
}

function lastState(text: string): string {
  return text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
}

/** A backspace takes back a character, never a part of a style: that would leave half a sequence. */
function withoutBackspaces(text: string): string {
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const [token] of text.matchAll(/\x1b\[[\d;:]*m|[\s\S]/gu)) {
    if (token === '\b') takeBack(kept);
    else kept.push(token);
  }
  return kept.join('');
}

function takeBack(tokens: string[]): void {
  const last = tokens.findLastIndex((token) => !token.startsWith('\x1b'));
  if (last >= 0) tokens.splice(last, 1);
}
