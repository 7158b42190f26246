import { posix } from 'node:path/posix';
import { otherLayout } from '../model/layout.ts';
import type { Refusal } from '../plan/refusal.ts';
import { sh } from '../shell/text.ts';
import { cleanWord } from './clean.ts';

/** Shared paths that lie where the other layout keeps them: what would come of it, and how they get where they belong while releases of before still find them. */
export function misplacedText({ layout, moves }: Extract<Refusal, { kind: 'misplaced-shared' }>): string {
  const [places, verb] = [moves.map(({ from }) => cleanWord(from)).join(', '), moves.length === 1 ? 'lies' : 'lie'];
  const what = `${places} ${verb} where layout: '${otherLayout(layout)}' keeps shared paths, but the layout of the config is '${layout}': a release would be linked to new, empty ones.`;
  const commands = moves.map(({ from, to }) =>
    String(sh`mkdir -p ${posix.dirname(to)} && mv ${from} ${to} && ln -s ${to} ${from}`),
  );
  return `${what} Set layout: '${otherLayout(layout)}'. Or move what is there, with a link in its place for the releases of before: \`${cleanWord(commands.join(' && '))}\`.`;
}
