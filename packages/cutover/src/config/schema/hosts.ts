import * as z from 'zod';
import { environment, type Fault, line, name, textLike, textWithout } from './text.ts';

/** An absolute directory of a host; a range of the host's name may stand in it. */
export const deployPath = textWithout(deployPathFault)
  .transform((text) => text.replaceAll(/\/+/g, '/').replace(/\/$/, ''))
  .meta({ id: 'DeployPath', description: 'An absolute directory of the host that belongs to this project alone.' });

/** The user that ssh connects as. */
export const sshUser = textLike(/^[A-Za-z0-9_][A-Za-z0-9_.@\\-]*\$?$/, 'This is not the name of a user.');

/** One host, or a range of hosts such as `web[01:10]`. */
const host = z
  .strictObject({
    address: textWithout(addressFault)
      .optional()
      .describe(
        "What ssh connects to: a DNS name, an address or an alias of `~/.ssh/config`; the host's name when there is none. A range expands as in the name.",
      )
      .meta({ examples: ['web1.example', 'web[01:10].example'] }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe("The port of sshd; ssh's own config decides when there is none."),
    user: sshUser
      .optional()
      .describe(
        "The user that ssh connects as; ssh's own config decides when there is none here, in the stage or in the project.",
      ),
    path: deployPath.optional().describe("The deploy path; the stage's or the project's when there is none."),
    roles: z
      .array(name)
      .default([])
      .describe('What the host is for; hooks and checks go by it.')
      .meta({ examples: [['app', 'db']] }),
    labels: z
      .record(name, line)
      .default({})
      .describe('Anything else to select hosts by.')
      .meta({ examples: [{ region: 'eu' }] }),
    local: z.boolean().default(false).describe('This machine itself, without ssh.'),
    receivesCode: z
      .boolean()
      .default(true)
      .describe('False for a host where only hooks run that name it or one of its roles.'),
    forwardAgent: z
      .boolean()
      .default(false)
      .describe('Lets the host use the ssh agent of this machine while Cutover is connected.'),
    env: environment.default({}).describe("More environment for hooks and checks on this host, over the stage's."),
    php: line
      .optional()
      .describe("The command behind `{{ php }}` on this host; the stage's when there is none.")
      .meta({ examples: ['php8.4'] }),
    composer: line
      .optional()
      .describe("The command behind `{{ composer }}` on this host; the stage's when there is none."),
  })
  .meta({ id: 'Host', description: 'A server.' });

/** Hosts by name. */
export const hosts = z.record(
  textLike(
    /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[\d+:\d+\][A-Za-z0-9._-]*)?$/,
    'A host\'s name must begin with a letter or digit and go on with letters, digits, ".", "_" and "-"; it may hold one range such as "[01:10]".',
  ),
  host,
);

function addressFault(text: string): Fault | null {
  if (text === '' || text.startsWith('-') || /[\p{Cc}\s]/u.test(text)) {
    return { message: 'An address must not be empty, begin with "-" or hold white space.', suggestion: null };
  }
  if (/^[a-z]+:\/\//.test(text))
    return {
      message: 'An address is a name without a scheme.',
      suggestion: `Write "${text.replace(/^[a-z]+:\/\//, '')}".`,
    };
  const parts = /^([^@]+)@(.+)$/.exec(text);
  if (parts === null) return null;
  return {
    message: 'An address does not hold the user.',
    suggestion: `Write address "${parts[2]}" and user "${parts[1]}".`,
  };
}

function deployPathFault(text: string): Fault | null {
  if (/\p{Cc}/u.test(text))
    return { message: 'A deploy path must be one line without control characters.', suggestion: null };
  if (!text.startsWith('/'))
    return { message: 'A deploy path must be absolute.', suggestion: 'Begin it with "/", such as "/srv/shop".' };
  if (text.includes('{{'))
    return {
      message: 'Nothing is filled in here: "{{" would be part of the name of a directory.',
      suggestion: 'Write the path out, for a host with one of its own in the entry of that host.',
    };
  const parts = text.split('/').filter((part) => part !== '');
  if (parts.length === 0)
    return {
      message: 'The deploy path must not be the root of the file system.',
      suggestion: 'Give the project a directory of its own, such as "/srv/shop".',
    };
  if (parts.some((part) => part === '.' || part === '..'))
    return { message: 'A deploy path must not hold "." or "..".', suggestion: null };
  return null;
}
