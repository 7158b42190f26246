import { sh } from '../shell/text.ts';
import { cleanWord } from './clean.ts';

/** What names the stage of a command that is told to be copied. */
export interface Named {
  readonly stage: string;
  /** The config file, where the user had named one. */
  readonly config?: string | undefined;
}

/** The options by which a command means the same stage, as they are typed. */
export function naming({ stage, config }: Named): string {
  const file = config === undefined ? '' : ` --config ${cleanWord(String(sh`${config}`))}`;
  return `--stage ${cleanWord(stage)}${file}`;
}
