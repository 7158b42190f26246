import type { z } from 'zod';
import type { ContentRepository, Hook, Overlay, Settings, SharedPath } from '../../model/settings.ts';
import type { Routine, Task } from '../../model/task.ts';
import type { Recipe } from '../../recipes/recipe.ts';
import type { Tell } from '../problem.ts';
import type {
  accept as acceptSchema,
  content as contentSchema,
  overlay as overlaySchema,
  skip as skipSchema,
  tasks as tasksSchema,
} from '../schema/routine.ts';
import { listed, quoted, suggestion } from '../suggest.ts';

/** What the config says of how the recipe works. */
export interface WrittenRoutine {
  readonly tasks: z.output<typeof tasksSchema>;
  readonly accept: z.output<typeof acceptSchema>;
  readonly overlay?: z.output<typeof overlaySchema>;
  readonly content?: z.output<typeof contentSchema>;
  readonly skip?: z.output<typeof skipSchema>;
}

type Resolved = Pick<Settings, 'routine' | 'accept' | 'overlay' | 'content' | 'skip'>;

/** The recipe's routine as this project has it. */
export function resolveRoutine(
  recipe: Pick<Recipe, 'routine' | 'skips' | 'name'>,
  written: WrittenRoutine,
  beside: { readonly hooks: readonly Hook[]; readonly shared: readonly SharedPath[]; readonly tell: Tell },
): Resolved {
  const { tell } = beside;
  tellUnknownTasks(recipe, written.tasks, tell);
  tellOwn(recipe.routine, beside);
  return {
    routine: { ...recipe.routine, tasks: tasksOf(recipe.routine, written.tasks, beside.hooks) },
    accept: written.accept,
    overlay: overlayOf(written.overlay, beside),
    content: contentOf(written.content),
    skip: (written.skip ?? recipe.skips) || null,
  };
}

/** The directories of a content repository as shared paths. */
export function contentPaths(content: WrittenRoutine['content']): readonly SharedPath[] {
  if (content === undefined) return [];
  return content.paths.map((from) => ({
    type: 'directory',
    from,
    to: `${content.directory}/${from}`,
    required: false,
  }));
}

function contentOf(written: WrittenRoutine['content']): ContentRepository | null {
  if (written === undefined) return null;
  const { repository: url, branch, directory, paths } = written;
  return { url, branch, directory, paths };
}

function tasksOf({ tasks }: Routine, written: WrittenRoutine['tasks'], hooks: readonly Hook[]): readonly Task[] {
  return tasks.flatMap((task) => {
    const wanted = written[task.name];
    if (wanted === false || (wanted === undefined && isDoneBy(hooks, task))) return [];
    if (wanted === undefined) return [task];
    return [
      {
        ...task,
        run: wanted.run ?? task.run,
        needs: wanted.run === undefined ? task.needs : null,
        limitMs: wanted.limit ?? task.limitMs,
        // Who installs it in another way knows what that depends on.
        reuses: wanted.run === undefined ? task.reuses : null,
      },
    ];
  });
}

/** Who does it in a hook does it his way, and not twice. */
function isDoneBy(hooks: readonly Hook[], { doneBy }: Task): boolean {
  return doneBy !== null && hooks.some(({ run }) => new RegExp(doneBy).test(run));
}

function tellUnknownTasks(
  { routine, name }: Pick<Recipe, 'routine' | 'name'>,
  written: WrittenRoutine['tasks'],
  tell: Tell,
): void {
  const known = routine.tasks.map((task) => task.name);
  for (const one of Object.keys(written).filter((key) => !known.includes(key)))
    tell(
      ['tasks', one],
      `The recipe ${quoted(name)} has no task ${quoted(one)}.`,
      known.length === 0 ? 'It has none.' : (suggestion(one, known) ?? `It has ${listed(known)}.`),
    );
}

/** What holds paths of one release must not be in all of them. */
function tellOwn(
  { own }: Routine,
  { shared, tell }: { readonly shared: readonly SharedPath[]; readonly tell: Tell },
): void {
  for (const { from } of shared) {
    const broken = own.find((path) => path === from || path.startsWith(`${from}/`) || from.startsWith(`${path}/`));
    if (broken !== undefined && !['storage', 'storage/statamic'].includes(from))
      tell(
        ['shared'],
        `${quoted(from)} cannot be shared: what ${quoted(broken)} holds is true of one release only.`,
        'Take it out of the shared paths.',
      );
  }
}

function overlayOf(
  written: WrittenRoutine['overlay'],
  { shared, tell }: { readonly shared: readonly SharedPath[]; readonly tell: Tell },
): Overlay | null {
  if (written === undefined) return null;
  const isShared = shared.some(({ type, from }) => type === 'file' && from === written.file);
  if (!isShared)
    tell(
      ['overlay', 'file'],
      `${quoted(written.file)} is not a shared file.`,
      'Name one of the shared files, such as ".env".',
    );
  return { file: written.file, lines: written.lines };
}
