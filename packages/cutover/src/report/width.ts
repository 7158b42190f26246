import stringWidth from 'fast-string-width';
import { style } from '../events/control.ts';

const eachStyle = new RegExp(`(${style.source})`);

/** Made by the first text that is cut: it loads tables, which takes longer than to load this and all that it draws. */
let segmenter: Intl.Segmenter | null = null;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The text with spaces after it up to `columns`. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

/** The text with spaces before it up to `columns`. */
export function padBefore(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** The text in at most `columns`, with `…` where it was cut; styles are kept whole and closed. */
export function truncate(text: string, columns: number): string {
  if (columns <= 0) return '';
  if (widthOf(text) <= columns) return text;
  const parts = text.split(eachStyle);
  let room = columns - 1;
  const kept = parts.map((part, index) => {
    if (index % 2 === 1) return part;
    const piece = room > 0 ? fitting(part, room) : '';
    room = piece === part ? room - widthOf(piece) : 0;
    return piece;
  });
  return closed(`${kept.join('')}…`);
}

function fitting(text: string, columns: number): string {
  segmenter ??= new Intl.Segmenter();
  let width = 0;
  let kept = '';
  for (const { segment } of segmenter.segment(text)) {
    width += widthOf(segment);
    if (width > columns) break;
    kept += segment;
  }
  return kept;
}

function closed(text: string): string {
  return style.test(text) ? `${text}\x1b[0m` : text;
}
