/** Text without its control sequences. */
export interface Bare {
  readonly text: string;
  /** Where a character of it stands in the whole text; the whole's end for what would come next. */
  at(index: number): number;
}

/** CSI sequences, which colour and move, the short ones that choose characters and styles, and the beginning of one at the end of the text. */
const sequences = /\x1b(?:\[[0-?]*[ -/]*[@-~]|[ -/]+[0-~]|[0-OQ-WYZ\\`-~]|(?:\[[0-?]*)?[ -/]*$)/g;

/** What is left to read of text once a terminal has taken its control sequences out. */
export function bare(whole: string): Bare {
  if (!whole.includes('\x1b')) return { text: whole, at: (index) => index };
  const gaps = [...whole.matchAll(sequences)].map((found) => ({ from: found.index, size: found[0].length }));
  return {
    text: whole.replaceAll(sequences, ''),
    at: (index) => gaps.reduce((place, { from, size }) => (from <= place ? place + size : place), index),
  };
}
