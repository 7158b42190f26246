import { Option } from 'commander';
import { common, json, noColor, ofStage, ref, same, timings, wait, yes } from './options.ts';
import { type Spec, word } from './spec.ts';

const rollbackTo = (): Option => new Option('--rollback [release]', 'Plan a rollback instead of a deployment.');

/** From an empty directory to a release in service, and back. */
export const deploying: readonly Spec[] = [
  {
    usage: 'init',
    summary: 'Write a config for the application in this directory.',
    description:
      'Recognises the application in this directory, asks for stage, host, user and path, and writes cutover.config.ts and the types beside it. Nothing that exists is overwritten without asking. With --yes nothing is asked: what the options do not name is proposed.',
    options: [
      () => new Option('-s, --stage <name>', 'The name of the first stage: production, unless it is named.'),
      () => new Option('--host <address>', 'The first host as ssh reaches it; "local" is this machine.'),
      () => new Option('--user <name>', 'The user that ssh connects as.'),
      () => new Option('--path <directory>', 'The deploy path on the host.'),
      json,
      yes,
    ],
    action: async (_, options, outside) => (await import('../commands/init.ts')).init(options, outside),
  },
  {
    usage: 'check',
    summary: 'Examine the hosts before anything is deployed.',
    description:
      'Looks at every host once, tries the swap on links of its own in a temporary directory, and tells what would keep a deployment from succeeding and what to do about it. The project is not touched. With --fix it shows what it may change itself, asks, changes it and looks again: it makes a deploy path and sets modes of directories of its own, and never touches the configuration of a web server, schedules or units.',
    options: [() => new Option('--fix', 'Change what can be changed safely, after a question.'), ...common],
    action: async (_, options, outside) => (await import('../commands/check.ts')).check(options, outside),
  },
  {
    usage: 'plan',
    summary: 'Show everything that a deployment would do, step by step.',
    options: [ref, rollbackTo, ...common],
    action: async (_, options, outside) => (await import('../commands/plan.ts')).plan(options, outside),
  },
  {
    usage: 'deploy',
    summary: 'Put a new release in service on all hosts.',
    options: [ref, same, wait, timings, ...common],
    action: async (_, options, outside) => (await import('../commands/deploy.ts')).deploy(options, outside),
  },
  {
    usage: 'rollback [release]',
    summary: 'Put a release that served before in service again.',
    options: [wait, timings, ...common],
    action: async ([release], options, outside) =>
      (await import('../commands/rollback.ts')).rollback(word(release), options, outside),
  },
  {
    usage: 'adopt',
    summary: 'Take over the releases of Deployer, Capistrano or Envoyer, or of a project that was renamed.',
    options: [wait, ...common],
    action: async (_, options, outside) => (await import('../commands/adopt.ts')).adopt(options, outside),
  },
];

/** What happened and how things stand. */
export const looking: readonly Spec[] = [
  {
    usage: 'status',
    summary: 'Show what each host serves.',
    options: common,
    action: async (_, options, outside) => (await import('../commands/status.ts')).status(options, outside),
  },
  {
    usage: 'releases',
    summary: 'Show the releases of each host.',
    options: common,
    action: async (_, options, outside) => (await import('../commands/releases.ts')).releases(options, outside),
  },
  {
    usage: 'history',
    summary: 'Show what was done to a stage, the newest first.',
    description:
      'Shows what was deployed from this machine together with what the first host that answers remembers. With --local no host is asked.',
    options: [
      () => new Option('-n, --limit <number>', 'How many deployments to show: 20, unless it is said.'),
      () => new Option('--local', 'Only what was run from this machine: no host is asked.'),
      ...common,
    ],
    action: async (_, options, outside) => (await import('../commands/history.ts')).history(options, outside),
  },
  {
    usage: 'logs [deployment]',
    summary: 'Show the output of a deployment; of the last one, unless it is named.',
    description:
      'Shows again what a deployment that was run from this machine did and printed. It is named by its id, or by the release that it made. With --json its events come as they were recorded, one on a line.',
    options: [...ofStage, json, noColor],
    action: async ([deployment], options, outside) =>
      (await import('../commands/logs.ts')).logs(word(deployment), options, outside),
  },
];
