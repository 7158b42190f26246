import type { Contender } from './contender.ts';
import type { Options } from './options.ts';
import type { World } from './world.ts';

/** What a run of the bench measures with. */
export interface Measuring {
  readonly world: World;
  readonly contenders: readonly Contender[];
  readonly options: Options;
  /** Hears one line before each stretch. */
  readonly tell: (line: string) => void;
}
