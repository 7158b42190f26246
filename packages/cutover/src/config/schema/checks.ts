import * as z from 'zod';
import { target } from './hooks.ts';
import { duration, type Fault, line, shellText, textLike, textWithout } from './text.ts';

const headerName = textLike(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'This is not the name of an HTTP header.');
const headers = z.record(headerName, line);

const common = {
  name: line.optional().describe('What is shown while it runs; its address or command, shortened, when there is none.'),
  ...target,
  within: duration.prefault('30s').describe('It is tried again until it succeeds or this is over.'),
  every: duration.prefault('1s').describe('The pause between the tries.'),
};

const httpCheck = z
  .strictObject({
    http: textWithout(urlFault)
      .describe('The address that is asked.')
      .meta({ examples: ['https://shop.example/up'] }),
    from: z
      .enum(['here', 'host'])
      .default('here')
      .describe('`here` asks from this machine, `host` from each host itself.'),
    resolve: textLike(
      /^(?:\[[\da-fA-F:]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/,
      'This must be an address, or an address and a port such as "127.0.0.1:8080".',
    )
      .optional()
      .describe(
        "The address that is connected to instead of the one that the name stands for; `host` is each host's own address, so that every host is asked and not only the load balancer.",
      )
      .meta({ examples: ['host', '127.0.0.1:8080'] }),
    headers: headers.default({}).describe('Headers that are sent.'),
    status: z.int().min(100).max(599).default(200).describe('The status that the answer must have.'),
    body: z.string().min(1).optional().describe('A text that the answer must hold.'),
    answerHeaders: headers
      .default({})
      .describe('Headers that the answer must have, each with a text that its value must hold.'),
    ...common,
  })
  .meta({ id: 'HttpCheck', description: 'Asks an address and looks at the answer.' });

const commandCheck = z
  .strictObject({
    command: shellText
      .describe('Shell text that must succeed on the host, in the release.')
      .meta({ examples: ['php artisan about'] }),
    ...common,
  })
  .meta({ id: 'CommandCheck', description: 'Runs a command on the host.' });

/** A health check after activation. */
export const check = z.union([httpCheck, commandCheck]);

function urlFault(text: string): Fault | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { message: 'This must be an address that begins with "http://" or "https://".', suggestion: null };
  }
  const holdsCredentials = url.username !== '' || url.password !== '';
  return holdsCredentials
    ? { message: 'An address must not hold credentials: it is seen in plans and logs.', suggestion: null }
    : null;
}
