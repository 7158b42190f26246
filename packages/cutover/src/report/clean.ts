import { gone, style } from '../events/control.ts';
import { shownOf, takenBack } from '../events/readings.ts';

const styles = new RegExp(style.source, 'g');
const wholeStyle = new RegExp(`^${style.source}$`);
const reset = '\x1b[0m';

/**
 * One line of remote output without anything that could move the cursor, ring, or write over what stands there.
 * Of a progress bar that redraws its line (CR) the last state is left. Colours stay only where they are shown.
 */
export function cleanLine(line: string, colour: boolean): string {
  if (isPlain(line)) return line;
  const shown = withoutTakenBack(lastState(line.replace(gone, keepStyle(colour)))).replaceAll('\n', '');
  return style.test(shown) ? shown + reset : shown;
}

/** The last `count` lines of an output, cleaned; empty lines at its end are left out. */
export function lastLines(output: string, count: number, colour: boolean): string[] {
  const rows = output.trimEnd().split('\n').slice(-count);
  const clean = rows.map((row) => cleanLine(row, colour));
  return clean.some((row) => row.trim() !== '') ? clean : [];
}

/** A name or a message that stands within a line of ours: one line, no controls, no colours, no tabs. */
export function cleanWord(text: string): string {
  return isPlain(text) ? text : shownOf(text).replaceAll(/\s+/g, ' ').trim();
}

function isPlain(line: string): boolean {
  return /^[ -~]*$/.test(line);
}

function keepStyle(colour: boolean): (whole: string) => string {
  return (whole) => (colour && wholeStyle.test(whole) ? whole : '');
}

function lastState(text: string): string {
  return text.replace(/\r+$/, '').split('\r').at(-1) ?? '';
}

/** Of what backspaces took back the styles stay. */
function withoutTakenBack(text: string): string {
  let shown = '';
  let end = 0;
  for (const { from, to } of takenBack(text)) {
    shown += text.slice(end, from) + (text.slice(from, to).match(styles)?.join('') ?? '');
    end = to;
  }
  return shown + text.slice(end);
}
