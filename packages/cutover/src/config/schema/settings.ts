import * as z from 'zod';
import { app } from './app.ts';
import { caches, isolation } from './caches.ts';
import { check } from './checks.ts';
import { confirmation } from './confirmation.ts';
import { drain } from './drain.ts';
import { hooks } from './hooks.ts';
import { deployPath, sshUser } from './hosts.ts';
import { shared, writable } from './paths.ts';
import { processManager, workers } from './processes.ts';
import { accept, content, overlay, skip, tasks } from './routine.ts';
import { source } from './source.ts';
import { reuse, spare, tolerate } from './speed.ts';
import { duration, environment, line, relativePath, textLike } from './text.ts';

/** The recipes that a config can name. */
export const recipeNames = ['static', 'php', 'laravel', 'statamic', 'symfony', 'wordpress', 'node'] as const;
/** A recipe that a config can name. */
export type RecipeName = (typeof recipeNames)[number];

const limits = z
  .strictObject({
    connect: duration.prefault('15s').describe('For one attempt to connect to a host.'),
    reconnect: duration
      .prefault('2m')
      .describe(
        'How long a host whose connection is lost is tried again, while what runs there goes on; then it counts as lost, and the host ends by itself what it still runs.',
      ),
    step: duration.prefault('2m').describe("For each step of Cutover's own."),
    transfer: duration.prefault('30m').describe('For sending or fetching code.'),
    hook: duration.prefault('10m').describe('For a hook that names no limit.'),
    idle: duration
      .optional()
      .describe('How long a hook that names no such limit may print nothing; as long as it likes when there is none.'),
    phase: duration
      .optional()
      .describe('For each phase, on all hosts together; the sum of its steps when there is none.'),
  })
  .meta({ id: 'Limits', description: 'How long things may take before they count as failed.' });

/** What a project can set, and each of its stages can set anew. */
export const settings = z.strictObject({
  recipe: z
    .enum(recipeNames)
    .default('static')
    .describe(
      'The kind of application. A recipe contributes shared paths, writable paths and asset directories; what the config says comes on top.',
    ),
  source: source
    .prefault('git')
    .describe('Where code comes from: `"git"` sends what the repository on this machine has.')
    .meta({
      examples: ['git', { type: 'git', ref: 'main', subdirectory: 'apps/shop' }, { type: 'artifact', path: 'dist' }],
    }),
  app: app.prefault({}).describe('How the application is served, and so what activating a release takes.'),
  workers: workers
    .prefault([])
    .describe('Processes that take no requests and go with the release.')
    .meta({ examples: [[{ name: 'mailer', run: 'node mailer.js' }]] }),
  processManager,
  drain: drain
    .optional()
    .describe('A load balancer from which each batch of hosts is taken out while it is activated.')
    .meta({ examples: [{ haproxy: { socket: '/run/haproxy/admin.sock', backend: 'web' }, roles: ['lb'] }] }),
  layout: z
    .enum(['envoyer', 'shared'])
    .default('envoyer')
    .describe(
      '`envoyer` keeps shared paths at the top of the deploy path, `shared` below `shared/` as Deployer and Capistrano do.',
    ),
  path: deployPath
    .optional()
    .describe('The deploy path of every host that names none.')
    .meta({ examples: ['/srv/shop'] }),
  user: sshUser
    .optional()
    .describe('The user that ssh connects as on every host that names none.')
    .meta({ examples: ['deploy'] }),
  shared: shared.prefault({}),
  writable: writable.prefault({}),
  assets: z
    .array(relativePath)
    .prefault([])
    .describe(
      "Directories of hashed assets, in addition to the recipe's: files of the previous release live on in the new one, so that pages loaded before the swap still find theirs.",
    )
    .meta({ examples: [['public/build']] }),
  caches,
  isolation,
  tasks,
  accept,
  overlay,
  content,
  skip,
  without: z
    .array(relativePath)
    .prefault([])
    .describe("The recipe's shared, writable and asset paths that this project does not want.")
    .meta({ examples: [['storage']] }),
  keep: z
    .int()
    .min(1)
    .max(1000)
    .default(5)
    .describe('How many releases that served are kept, the one in service included.'),
  reuse,
  tolerate,
  spare,
  env: environment
    .prefault({})
    .describe('Environment of every hook and command check.')
    .meta({ examples: [{ APP_ENV: 'production' }] }),
  secrets: environment
    .default({})
    .describe('Secret values by name. A hook gets those that it names; they are masked wherever they appear.')
    .meta({ examples: [{ SENTRY_TOKEN: '${SENTRY_TOKEN}' }] }),
  hooks: hooks.prefault({}),
  checks: z
    .array(check)
    .prefault([])
    .describe('What must succeed after activation; a failure puts the old release back everywhere.')
    .meta({ examples: [[{ http: 'https://shop.example/up' }, { command: 'php artisan about' }]] }),
  batch: z
    .union([
      z.literal('all'),
      z.int().min(1),
      textLike(/^(?:[1-9]\d?|100)%$/, 'This must be "all", a number of hosts or a share of them such as "25%".'),
    ])
    .default('all')
    .describe('How many hosts are activated together: all, a number, or a share such as `25%`.')
    .meta({ examples: ['all', 1, '25%'] }),
  limits: limits.prefault({}),
  ...confirmation,
  php: line
    .default('php')
    .describe('The command behind `{{ php }}`.')
    .meta({ examples: ['php8.4'] }),
  composer: line
    .default('composer')
    .describe('The command behind `{{ composer }}`.')
    .meta({ examples: ['/usr/local/bin/composer'] }),
});
