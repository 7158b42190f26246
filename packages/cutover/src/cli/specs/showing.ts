import { Option } from 'commander';
import { json, noColor } from './options.ts';
import type { Spec } from './spec.ts';

/** For somebody who wants to see what Cutover does. */
export const showing: readonly Spec[] = [
  {
    usage: 'demo',
    summary: 'Show what Cutover does, on this machine, in less than a minute.',
    description:
      'Makes a small web application in a temporary directory, serves it with nginx and PHP-FPM where they are installed and with a server of its own elsewhere, and deploys it a dozen times while visitors use it; two of its releases are broken on purpose. Every answer to a visitor is checked. Ends with 1 when one of them was not as it should be. Nothing is left behind, and nothing outside the directory is touched.',
    options: [
      () => new Option('--releases <number>', 'How many releases are deployed: 12, unless it is said.'),
      () =>
        new Option('--seconds <number>', 'How long it takes, where the machine is fast enough: 15, unless it is said.'),
      () => new Option('--embedded', 'Serve with the embedded server even where nginx and PHP-FPM are installed.'),
      () => new Option('--keep', 'Keep the directory, and say where it is.'),
      json,
      noColor,
    ],
    action: async (_, options, outside) => (await import('../commands/demo.ts')).demo(options, outside),
  },
];
