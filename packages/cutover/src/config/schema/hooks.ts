import * as z from 'zod';
import { duration, environment, line, name, shellText, textWithout, variableName } from './text.ts';

/** Which hosts something is for: a host must fit each kind that is given, and of one kind any. */
export const target = {
  hosts: z
    .array(line)
    .min(1)
    .optional()
    .describe('Only these hosts, by name; `*` stands for any letters.')
    .meta({ examples: [['web1', 'web*']] }),
  roles: z
    .array(name)
    .min(1)
    .optional()
    .describe('Only hosts with one of these roles.')
    .meta({ examples: [['app']] }),
};

const hookDetails = z
  .strictObject({
    run: shellText.describe(
      'Shell text, run with `bash -e -o pipefail`, or `sh -e` where there is no bash, in the release. `{{ variables }}` are put in safely quoted.',
    ),
    name: line.optional().describe('What is shown while it runs; the command itself, shortened, when there is none.'),
    ...target,
    once: z.boolean().default(false).describe('Runs on the first of its hosts only.'),
    user: line.optional().describe('Another user of the host, through `sudo -n -u`.'),
    env: environment.prefault({}).describe('Environment of this hook alone.'),
    secrets: z
      .array(variableName)
      .default([])
      .describe('Names of the `secrets` that it gets as environment variables.'),
    limit: duration.optional().describe('How long it may take; `limits.hook` when there is none.'),
    idle: duration
      .optional()
      .describe('How long it may print nothing before it is ended; `limits.idle` when there is none.'),
    directory: textWithout(directoryFault)
      .optional()
      .describe('Another directory to run in: absolute, or relative to the release.'),
    undo: shellText.optional().describe('Shell text that takes it back when the deployment fails later.'),
  })
  .meta({ id: 'Hook', description: 'A hook with details.' });

/** The user's own commands at one point of a deployment, in order. */
export const hook = z.union([shellText.transform((run) => hookDetails.parse({ run })), hookDetails]);

const hookList = z
  .array(hook)
  .meta({ id: 'Hooks', description: 'Commands in order: shell text, or an object where more is to be said.' });

/** Hooks by the point at which they run. */
export const hooks = z
  .strictObject({
    'before prepare': hookList.optional().describe('Before a release directory is made.'),
    'after prepare': hookList
      .optional()
      .describe("Once the new release holds the revision's files and the shared paths are linked."),
    'before build': hookList.optional().describe('Before the build commands.'),
    build: hookList
      .optional()
      .describe('The commands that build the release, in order.')
      .meta({ examples: [['composer install --no-dev']] }),
    'after build': hookList.optional().describe('After the build commands.'),
    'before verify': hookList.optional().describe('Before the release is proved complete.'),
    'after verify': hookList.optional().describe('Once the release is proved complete on every host.'),
    'before activate': hookList.optional().describe('Before the release is put in service; migrations belong here.'),
    'after activate': hookList
      .optional()
      .describe('Once the release is in service, before its checks. A failure puts the old release back.'),
    'before check': hookList.optional().describe('Before the checks.'),
    'after check': hookList.optional().describe('Once the checks have passed.'),
    'before finish': hookList.optional().describe('After the point of no return: a failure can only warn.'),
    'after finish': hookList.optional().describe('Last of all: a failure can only warn.'),
  })
  .meta({ id: 'HookPoints', description: "The project's own commands, by the point at which they run." });

function directoryFault(text: string) {
  const isSafe = text.trim() !== '' && !/\p{Cc}/u.test(text) && !text.split('/').includes('..');
  return isSafe ? null : { message: 'This must be a directory in one line without "..".', suggestion: null };
}
