import * as z from 'zod';
import { hosts } from './hosts.ts';
import { settings } from './settings.ts';
import { name } from './text.ts';

const stage = z
  .strictObject({
    hosts: hosts.describe('The hosts of the stage, by the name that they go by everywhere.').meta({
      examples: [
        { web1: { address: 'web1.example', roles: ['app'] }, 'web[01:10]': { address: 'web[01:10].example' } },
      ],
    }),
    ...settings.partial().shape,
  })
  .meta({
    id: 'Stage',
    description:
      "A named set of hosts. Any setting of the project can be set anew: objects are merged key by key, lists and plain values take the project's place.",
  });

/** A project's whole config: the one place that types, validation, defaults, JSON Schema and the reference come from. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors of JSON and YAML: where the JSON Schema is.'),
    project: name.describe("The application's name.").meta({ examples: ['shop'] }),
    stages: z.record(name, stage).describe('The stages, by name. With a single one, `--stage` need not be given.'),
    ...settings.shape,
  })
  .meta({ title: 'Cutover', description: "A project's config." });

/** What a config file holds. */
export type Config = z.input<typeof configSchema>;
/** One stage of a config. */
export type StageConfig = Config['stages'][string];
/** One host of a stage. */
export type HostConfig = StageConfig['hosts'][string];
