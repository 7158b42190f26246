import * as z from 'zod';

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
    'After a deployment, a copy of the revision is made on the host for the next release to start from, so that the next deployment only applies its change. Only for sources of git, where three times its size is free.',
  )
  .meta({ examples: [true, false, { megabytes: 500 }] });
