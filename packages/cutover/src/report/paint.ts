import { styleText } from 'node:util';

/** The few colours there are: good, bad, a warning, and what matters less. */
export interface Paint {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

/** Colours, or none; whoever calls has looked at the terminal, `--no-color` and the environment. */
export function paintFor(colour: boolean): Paint {
  return colour ? colours : plain;
}

const colours: Paint = {
  good: (text) => styleText('green', text, { validateStream: false }),
  bad: (text) => styleText('red', text, { validateStream: false }),
  warn: (text) => styleText('yellow', text, { validateStream: false }),
  dim: (text) => styleText('dim', text, { validateStream: false }),
  bold: (text) => styleText('bold', text, { validateStream: false }),
};

const asIs = (text: string): string => text;
const plain: Paint = { good: asIs, bad: asIs, warn: asIs, dim: asIs, bold: asIs };
