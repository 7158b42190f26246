import * as z from 'zod';
import { duration, line, name, relativePath, shellText, textLike, textWithout } from './text.ts';

const task = z
  .union([
    z.literal(false).meta({ description: 'Leaves it out.' }),
    shellText.transform((run) => ({ run, limit: undefined })),
    z
      .strictObject({
        run: shellText.optional().describe("Shell text instead of the recipe's."),
        limit: duration.optional().describe('How long it may take.'),
      })
      .meta({ id: 'Task', description: 'A task of the recipe with details.' }),
  ])
  .meta({ description: 'A task of the recipe: `false` leaves it out, shell text takes its place.' });

/** What the config says of the recipe's tasks. */
export const tasks = z
  .record(name, task)
  .prefault({})
  .describe(
    "The recipe's tasks by name, where they are to be left out or to be done otherwise; `cutover plan` shows what there is.",
  )
  .meta({ examples: [{ migrate: false, 'stache-warm': { limit: '10m' }, assets: 'npm ci && npm run production' }] });

/** Findings of the audit that are accepted. */
export const accept = z
  .record(name, line)
  .prefault({})
  .describe('Findings of the audit that do not stop a deployment, by name, each with the reason.')
  .meta({ examples: [{ 'content-in-release': 'Content is only changed by deployments.' }] });

const overlayVariables = ['release', 'time', 'name', 'stage', 'host', 'prefix'];

/** An `.env` of the release's own. */
export const overlay = z
  .strictObject({
    file: relativePath.default('.env').describe('The shared file that each release gets as a file of its own.'),
    lines: z
      .record(
        textLike(/^[A-Za-z_][A-Za-z0-9_]*$/, 'This must be the name of an environment variable.'),
        textWithout(overlayFault),
      )
      .prefault({})
      .describe(
        "Lines that stand behind those of the shared file. `{{ release }}` is the release's directory, `{{ time }}` its name, `{{ prefix }}` is project and release; `{{ name }}`, `{{ stage }}` and `{{ host }}` are known too.",
      )
      .meta({ examples: [{ CACHE_DIRECTORY: '{{ release }}/cache' }] }),
  })
  .optional()
  .meta({
    id: 'Overlay',
    description:
      'Writes the shared `.env` into each release, with CUTOVER_RELEASE, CUTOVER_TIME, CUTOVER_PREFIX and the lines that are named here behind it, instead of linking it.',
  });

/** A repository of what is edited on the server. */
export const content = z
  .strictObject({
    repository: textLike(/^(?!-)\S+$/, 'This must be the URL of a git repository.')
      .describe('The URL that the host clones, pulls and pushes.')
      .meta({ examples: ['git@github.com:example/shop.git'] }),
    branch: line.default('main').describe('The branch that holds the content.'),
    directory: relativePath.default('content-repository').describe('Where the clone is, beside the shared paths.'),
    paths: z
      .array(relativePath)
      .min(1)
      .describe('Directories of it that take the place of those in each release.')
      .meta({ examples: [['content', 'users', 'public/assets']] }),
  })
  .optional()
  .meta({
    id: 'Content',
    description: 'A clone outside the releases, linked into them, for content that is committed from the server.',
  });

/** Commits that are not deployed. */
export const skip = z
  .union([z.literal(false), line])
  .optional()
  .describe(
    'A commit whose message holds this text is not deployed: the command says so and ends with 0. `[BOT]` for `statamic`, whose own commits have it; `false` deploys all.',
  );

function overlayFault(text: string) {
  if (/[\n\r\0]/.test(text)) return { message: 'This must be one line.', suggestion: null };
  const unknown = [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
    .map((match) => match[1] ?? '')
    .find((one) => !overlayVariables.includes(one));
  if (unknown === undefined) return null;
  return {
    message: `There is no variable “{{ ${unknown} }}” here.`,
    suggestion: `Known: ${overlayVariables.join(', ')}.`,
  };
}
