import type { TableView } from '../report/tables.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';

/** Whether output is coloured: on a terminal, unless `--no-color` or `NO_COLOR` says otherwise; `FORCE_COLOR` turns it on in pipes. */
export function isColoured(options: Pick<StageOptions, 'color'>, outside: Outside): boolean {
  if (options.color === false || outside.env.NO_COLOR) return false;
  return outside.isTerminal || Boolean(outside.env.FORCE_COLOR);
}

/** What tables are drawn with: where a person looks at them, they fit the terminal. */
export function viewOf(options: Pick<StageOptions, 'color'>, outside: Outside): TableView {
  return { nowMs: outside.nowMs(), colour: isColoured(options, outside), columns: outside.columns ?? null };
}
