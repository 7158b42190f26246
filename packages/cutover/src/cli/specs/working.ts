import { Option } from 'commander';
import { common, ofStage, wait } from './options.ts';
import { type Spec, word, words } from './spec.ts';

const sharedPath = (): Option =>
  new Option('--to <shared path>', 'Another shared file than .env, as the config names it.');

/** What is done on the hosts beside deployments. */
export const working: readonly Spec[] = [
  {
    usage: 'exec <command...>',
    example: 'cutover exec -- php artisan about',
    summary: 'Run a command on the hosts, in the release in service.',
    description:
      'Runs the command on every selected host, in the release in service where there is one. Write it behind two dashes: cutover exec -- php artisan about. A single word is shell text ("du -sh * | sort -h"); several words are run exactly as they are. Ends with 0 when it succeeded on every host, and with 1 otherwise.',
    options: common,
    action: async ([command], options, outside) =>
      (await import('../commands/exec.ts')).exec(words(command), options, outside),
  },
  {
    usage: 'ssh [host]',
    summary: 'Open a shell on a host, in the deploy path.',
    description:
      'Opens a shell on a host, in the deploy path. The host need not be named when the stage has only one. Unlike all other commands it may ask: for a password, or whether a host key is to be trusted. Ends with 0 once there was a shell, whatever was done in it.',
    options: ofStage,
    action: async ([host], options, outside) => (await import('../commands/ssh.ts')).ssh(word(host), options, outside),
  },
  {
    usage: 'env',
    summary: 'Send, fetch or compare the shared .env file.',
    options: [],
    subcommands: [
      {
        usage: 'push [file]',
        summary: 'Write a file of this machine to the shared .env of every host.',
        description:
          'Shows which keys would be added, changed or removed on each host (never their values), asks, and writes the file. It works before the first deployment too. The file is .env.<stage> in this directory, unless it is named.',
        options: [sharedPath, wait, ...common],
        action: async ([file], options, outside) =>
          (await import('../commands/env-push.ts')).envPush(word(file), options, outside),
      },
      {
        usage: 'pull [file]',
        summary: 'Write the shared .env of the hosts to a file of this machine.',
        description:
          'Writes the shared .env to .env.<stage> in this directory, unless another file is named, readable by you alone. Refused when the hosts do not all have the same: select one with --host.',
        options: [sharedPath, ...common],
        action: async ([file], options, outside) =>
          (await import('../commands/env-pull.ts')).envPull(word(file), options, outside),
      },
      {
        usage: 'diff [file]',
        summary: 'Show in which keys a file of this machine and the shared .env differ.',
        description:
          'Compares .env.<stage> in this directory, or the file that is named, with the shared .env of every host. Only keys are shown; --values shows their values too. Ends with 0 whether they differ or not.',
        options: [
          sharedPath,
          () => new Option('--values', 'Show values too. They are secrets: mind who looks on.'),
          ...common,
        ],
        action: async ([file], options, outside) =>
          (await import('../commands/env-diff.ts')).envDiff(word(file), options, outside),
      },
    ],
  },
  {
    usage: 'units',
    summary: 'Show the units of systemd that the processes of the config need once.',
    description:
      'Prints the template unit of each process that systemd is to run (processManager), where it belongs, and the line of sudoers that lets the user start, stop, enable and disable exactly these units. Contacts no host and writes nothing.',
    options: common,
    action: async (_, options, outside) => (await import('../commands/units.ts')).units(options, outside),
  },
  {
    usage: 'prune',
    summary: 'Remove old releases.',
    description:
      'Keeps as many releases that served as keep says, and always the one in service and the one before it. What is still in use stays until a later time. Every deployment does the same as it begins.',
    options: [wait, ...common],
    action: async (_, options, outside) => (await import('../commands/prune.ts')).prune(options, outside),
  },
  {
    usage: 'resume [deployment]',
    summary: 'Go on with a deployment whose driver died, or take it back.',
    description:
      'From the plan and the record on this machine and from the journals on the hosts: what was done is not done again, what still runs is followed, what is missing is done. With --undo it is taken back instead, and the exit code is 0 once it is. It is named by its id, or by the release that it makes; unless it is named, it is the last one that did not come to a good end and of which a host still has the lock. Refused where another deployment has a lock by now, and where the driver still runs.',
    options: [() => new Option('--undo', 'Take back what was begun, instead of going on.'), ...common],
    action: async ([deployment], options, outside) =>
      (await import('../commands/resume.ts')).resume(word(deployment), options, outside),
  },
  {
    usage: 'recover',
    summary: 'Show how every host really stands, and heal what dead deployments left.',
    description:
      'Looks at every host and tells what it serves, who holds its lock and whether that deployment still lives, activations that nobody confirmed, half releases, leftovers, and files that cannot be understood. Then asks, and heals: as a deployment of its own, under the locks. Nothing is guessed at: what cannot be understood is kept aside, and hosts that serve different releases are named with what can be done.',
    options: common,
    action: async (_, options, outside) => (await import('../commands/recover.ts')).recover(options, outside),
  },
  {
    usage: 'unlock',
    summary: 'Free the lock of a deployment that is dead.',
    description:
      'Shows who holds the lock of each host, asks, and frees it. Only the lock that was shown is freed: when somebody else has taken it meanwhile, it is left alone.',
    options: common,
    action: async (_, options, outside) => (await import('../commands/unlock.ts')).unlock(options, outside),
  },
];

/** Help for the shell. */
export const completing: readonly Spec[] = [
  {
    usage: 'completion <shell>',
    summary: 'Print the script that completes this command in bash, zsh or fish.',
    description: [
      'Prints a script for the shell to read. Completion knows stages, hosts, roles and releases, and connects to nothing.',
      '',
      '  bash:  source <(cutover completion bash)               in ~/.bashrc',
      '  zsh:   source <(cutover completion zsh)                in ~/.zshrc, after compinit',
      '  fish:  cutover completion fish | source                in ~/.config/fish/config.fish',
    ].join('\n'),
    options: [],
    action: async ([shell], _, outside) => (await import('../commands/completion.ts')).completion(word(shell), outside),
  },
];
