import * as z from 'zod';
import { duration, type Fault, line, relativePath, shellText, textWithout } from './text.ts';

const ref = textWithout(refFault);
const subdirectory = relativePath
  .optional()
  .describe('The directory of the repository that is the application, for a monorepo.');

const buildDetails = z
  .strictObject({
    run: shellText.describe(
      'Shell text, run with `bash -e -o pipefail`, or `sh -e` where there is no bash, in a clean checkout of the revision.',
    ),
    on: line
      .optional()
      .describe('The host of the stage that builds, selected or not; this machine when there is none.')
      .meta({ examples: ['builder'] }),
    path: relativePath
      .optional()
      .describe('The directory that is sent, relative to the checkout; all of it when there is none.')
      .meta({ examples: ['dist'] }),
    exclude: z.array(line).default([]).describe('Patterns of what is not sent, as in `.gitignore`.'),
    limit: duration.optional().describe('How long it may take; `limits.hook` when there is none.'),
  })
  .meta({ id: 'Build', description: 'What is done once for all hosts, before anything is sent.' });

const pushed = z
  .strictObject({
    type: z.literal('git').describe('What the repository on this machine has is sent over the open connection.'),
    repository: line
      .default('.')
      .describe('The work tree or bare repository on this machine, relative to the config file.'),
    ref: ref
      .default('HEAD')
      .describe('The branch, tag or SHA that is deployed.')
      .meta({ examples: ['main', 'v1.4.0'] }),
    subdirectory,
    build: z
      .union([shellText.transform((run) => buildDetails.parse({ run })), buildDetails])
      .optional()
      .describe(
        'Done on this machine, or on one host, in a clean checkout of the revision, in a temporary directory: never in the work tree. What it makes goes to all hosts, and only what they lack.',
      )
      .meta({ examples: ['composer install --no-dev', { run: 'npm ci && npm run build', path: 'dist' }] }),
  })
  .meta({
    id: 'GitSource',
    description: 'Code is sent from the git repository on this machine; the host needs no credentials.',
  });

const fetched = z
  .strictObject({
    type: z.literal('fetch').describe('Each host fetches from the repository itself.'),
    url: textWithout(urlFault)
      .describe('The repository that each host fetches from, with credentials of its own.')
      .meta({ examples: ['git@example.com:acme/shop.git'] }),
    ref: ref
      .default('HEAD')
      .describe("The branch, tag or SHA that is deployed; `HEAD` is the remote's default branch."),
    subdirectory,
  })
  .meta({ id: 'FetchSource', description: 'Each host fetches the code from its own remote.' });

const built = z
  .strictObject({
    type: z.literal('artifact').describe('A directory or archive of this machine is sent.'),
    path: line
      .describe(
        'The directory or archive, relative to the config file. Only what a host lacks of what it holds is sent.',
      )
      .meta({ examples: ['dist', 'build/app.tar.gz', 'site.zip'] }),
    exclude: z.array(line).default([]).describe('Patterns of what is left out of a directory, as in `.gitignore`.'),
  })
  .meta({ id: 'ArtifactSource', description: 'A directory or archive that was built here or in CI is sent.' });

/** Where code comes from. */
export const source = z.union([
  z.literal('git').transform(() => pushed.parse({ type: 'git' })),
  z.discriminatedUnion('type', [pushed, fetched, built]),
]);

function refFault(text: string): Fault | null {
  if (text === '') return { message: 'This must not be empty.', suggestion: 'Name a branch, a tag or a SHA.' };
  const isSafe = !text.startsWith('-') && !/[\p{Cc}\s]/u.test(text);
  return isSafe ? null : { message: 'A ref must not begin with "-" or hold white space.', suggestion: null };
}

function urlFault(text: string): Fault | null {
  if (/^https?:\/\/[^/]*@/.test(text)) {
    return {
      message: 'A repository URL must not hold credentials: it is seen in plans and logs.',
      suggestion: credentialAdvice,
    };
  }
  const isKnown =
    /^(?:(?:ssh|https?|git|file):\/\/[^-]|[\w.-]+@[\w.-]+:|[\w][\w.-]*:[^:]|\/)/.test(text) &&
    !/[\p{Cc}\s]/u.test(text);
  return isKnown
    ? null
    : {
        message: 'This is not the URL of a git repository.',
        suggestion: 'Write it as "git@host:path.git", "ssh://…", "https://…" or "/path".',
      };
}

const credentialAdvice =
  'Give the host a deploy key and use "git@host:path.git", or use the source "git", for which the host needs none.';
