import * as z from 'zod';
import { line, relativePath } from './text.ts';

const from = relativePath.describe('Where it is linked in each release.');
const to = relativePath.describe('Where it is kept, relative to the place where the layout keeps shared paths.');
const required = z.boolean().default(true).describe('Whether it must exist before the first deployment.');

const directory = z
  .union([
    relativePath.transform((path) => ({ from: path, to: path })),
    z
      .strictObject({ from, to })
      .meta({ id: 'SharedDirectory', description: 'A directory that is kept elsewhere than where it is linked.' }),
  ])
  .meta({ examples: ['storage', { from: 'public/uploads', to: 'storage/app/uploads' }] });

const file = z
  .union([
    relativePath.transform((path) => ({ from: path, to: path, required: true })),
    z
      .strictObject({ path: relativePath.describe('Where it is linked in each release and kept outside.'), required })
      .transform((entry) => ({ from: entry.path, to: entry.path, required: entry.required }))
      .meta({ id: 'SharedFile', description: 'A file that need not exist before the first deployment.' }),
    z
      .strictObject({ from, to, required })
      .meta({ id: 'SharedFilePair', description: 'A file that is kept elsewhere than where it is linked.' }),
  ])
  .meta({ examples: ['.env', { path: 'database/database.sqlite', required: false }] });

/** What outlives a release. */
export const shared = z
  .strictObject({
    directories: z
      .array(directory)
      .prefault([])
      .describe('Directories that outlive a release; they are made when they are missing.'),
    files: z
      .array(file)
      .prefault([])
      .describe(
        'Files that outlive a release. One that is required and missing stops the deployment before anything changes.',
      ),
  })
  .meta({
    id: 'Shared',
    description: "Paths that live outside the releases and are linked into each of them, in addition to the recipe's.",
  });

/** What the application may write to. */
export const writable = z
  .strictObject({
    paths: z
      .array(relativePath)
      .prefault([])
      .describe("Directories that the web server's user may write to; made when they are missing."),
    way: z
      .enum(['mode', 'group', 'acl'])
      .default('mode')
      .describe(
        '`mode` makes them group-writable, `group` changes their group as well, `acl` sets an access control list for `user`.',
      ),
    user: line
      .optional()
      .describe("The web server's user, for `acl`.")
      .meta({ examples: ['www-data'] }),
    group: line
      .optional()
      .describe("The web server's group, for `group`.")
      .meta({ examples: ['www-data'] }),
  })
  .meta({ id: 'Writable', description: "Directories that the application may write to, in addition to the recipe's." });
