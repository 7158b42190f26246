/** How much of a step's output a state keeps: a failed build shows its reason in its last lines. */
export const tailCharacters = 64 * 1024;
/** How many of the last lines of an output are kept. */
export const tailLines = 200;

/**
 * The end of a step's output after some more of it: at most twice `tailCharacters`. Cutting only when that is reached
 * makes the cost of a character constant, because joining strings copies nothing.
 */
export function appendTail(tail: string, text: string): string {
  const whole = tail + text;
  return whole.length > 2 * tailCharacters ? whole.slice(-tailCharacters) : whole;
}

/** The tail within its limits, cut at a line's beginning. */
export function settleTail(tail: string): string {
  const end = tail.length > tailCharacters ? afterFirstLine(tail.slice(-tailCharacters)) : tail;
  const rows = end.split('\n');
  const ending = rows.at(-1) === '' ? 1 : 0;
  return rows.length <= tailLines + ending ? end : rows.slice(-tailLines - ending).join('\n');
}

function afterFirstLine(text: string): string {
  return text.slice(text.indexOf('\n') + 1);
}
