import * as z from 'zod';
import { dependencies } from '../../model/dependencies.ts';
import type { Reuse } from '../../model/settings.ts';
import { line, relativePath } from './text.ts';

const usual = { files: 1000, megabytes: 2000 };

/** When the base of the next release is made ready after a deployment. */
export const spare = z
  .union([
    z.boolean().transform((wanted) => (wanted ? usual : null)),
    z
      .strictObject({
        files: z
          .int()
          .min(0)
          .default(usual.files)
          .describe('Revisions with fewer files get none: they are written in no time.'),
        megabytes: z.int().min(1).default(usual.megabytes).describe('Revisions that hold more get none.'),
      })
      .meta({ id: 'Spare', description: 'Which revisions a spare is made of.' }),
  ])
  .prefault(true)
  .describe(
    'After a deployment, a copy of the revision is made on the host for the next release to start from, so that the next deployment only applies its change. Not for what is sent whole and not on hosts without git, and only where three times its size is free.',
  )
  .meta({ examples: [true, false, { megabytes: 500 }] });

/** Directories of dependencies that are taken over. */
export const reuse = z
  .array(
    z.union([
      z.enum(['vendor', 'node_modules']).transform((name): Reuse => dependencies[name]),
      z
        .strictObject({
          directory: relativePath
            .refine((path) => !/^(?:bootstrap|storage|var)(?:\/|$)/.test(path), {
              error: 'Caches hold absolute paths of the release that wrote them, so they are never reused.',
            })
            .describe('The directory, relative to the release.'),
          locks: z
            .array(relativePath)
            .min(1)
            .describe('Files of the revision that say what is in it. Any change in them installs anew.'),
          tools: z
            .array(line)
            .default([])
            .describe('Programs that install it; another version of one installs anew.')
            .meta({ examples: [['node', 'pnpm']] }),
        })
        .meta({ id: 'Reuse', description: 'A directory of dependencies, and what it depends on.' }),
    ]),
  )
  .optional()
  .describe(
    'Directories of dependencies that a new release takes from the one before, as a copy, while lock files, tools and platform are the same and nobody has changed a file in them. Otherwise they are missing, and are installed. Unless this is set: those that tasks of the recipe install.',
  )
  .meta({ examples: [['vendor', 'node_modules']] });

/** What a deployment may put up with. */
export const tolerate = z
  .strictObject({
    hosts: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'So many hosts that do not answer are left out of a deployment, which says so; they keep what they serve until the next one. Never a host whose key has changed, nor one without which a hook would run nowhere.',
      ),
  })
  .prefault({})
  .meta({ id: 'Tolerate', description: 'What a deployment may put up with.' });
