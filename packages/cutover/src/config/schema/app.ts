import * as z from 'zod';
import { appKinds } from '../../model/app.ts';
import { appProcess } from './processes.ts';
import { duration, type Fault, name, relativePath, shellText, textLike, textWithout } from './text.ts';

const fpm = z
  .strictObject({
    socket: textLike(
      /^(?:\/[^\s:]+|(?:\[[\da-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5})$/,
      'This must be the absolute path of a socket, or an address and a port such as "127.0.0.1:9000".',
    )
      .describe('Where the pool listens, as `listen` of the pool and `fastcgi_pass` of the web server have it.')
      .meta({ examples: ['/run/php/php8.4-fpm.sock', '127.0.0.1:9000'] }),
    scripts: z
      .enum(['resolved', 'link'])
      .default('resolved')
      .describe(
        'How the web server names scripts to FPM: `resolved` by the real path of the release (`$realpath_root` in nginx, `resolve_root_symlink` in Caddy), so that the swap alone is enough; `link` through `current`, so that opcache must be reset after each swap.',
      ),
    ask: z
      .array(textLike(/^\/\S*$/, 'This must be a path of the application that begins with "/".'))
      .min(1)
      .default(['/'])
      .describe(
        'Paths that the new release is asked for before any visitor sees it; an answer of 500 or more stops the deployment.',
      )
      .meta({ examples: [['/', '/up']] }),
    reload: shellText
      .optional()
      .describe('How FPM is reloaded where, with `link`, resetting opcache does not bring the new release.')
      .meta({ examples: ['sudo -n systemctl reload php8.4-fpm'] }),
  })
  .meta({ id: 'Fpm', description: 'The pool of PHP-FPM that serves the application; `cutover check` finds it.' });

const proof = z
  .strictObject({
    resolve: textLike(
      /^(?:\[[\da-fA-F:]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/,
      'This must be an address, or an address and a port such as "127.0.0.1:8080".',
    )
      .default('127.0.0.1')
      .describe('What each host connects to, so that its own web server is asked and not the load balancer.'),
    header: textLike(/^[A-Za-z0-9-]+$/, 'This is not the name of an HTTP header.')
      .optional()
      .describe(
        "A header of every answer that holds the release's name. Without it a file of an unguessable name is put into `root` and removed again.",
      )
      .meta({ examples: ['X-Release'] }),
    within: duration.prefault('20s').describe('The new release must answer before this is over.'),
  })
  .meta({ id: 'Proof', description: 'How it is proven on every host that visitors get the new release.' });

/** How the application is served. */
export const app = z
  .strictObject({
    kind: z
      .enum(appKinds)
      .optional()
      .describe(
        "The kind of application, which decides what activating a release takes; the recipe's when there is none.",
      ),
    root: relativePath
      .optional()
      .describe("What the web server serves, relative to the release; the recipe's when there is none.")
      .meta({ examples: ['public'] }),
    entry: relativePath
      .optional()
      .describe("The PHP script that answers, relative to the release; the recipe's when there is none.")
      .meta({ examples: ['public/index.php'] }),
    roles: z
      .array(name)
      .default([])
      .describe(
        'Only hosts with one of these roles serve visitors: PHP-FPM and the web server of others are not asked.',
      )
      .meta({ examples: [['app']] }),
    fpm: fpm.optional(),
    process: appProcess.optional().describe('The long-running process that serves requests.'),
    url: textWithout(urlFault)
      .optional()
      .describe(
        'Where visitors find the application. After activation the web server of every host must answer there from the new release.',
      )
      .meta({ examples: ['https://shop.example'] }),
    proof: z
      .union([z.literal(false), proof])
      .prefault({})
      .describe('How that is proven; `false` leaves it unproven.'),
  })
  .meta({ id: 'App', description: 'How the application is served.' });

function urlFault(text: string): Fault | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return { message: 'This must be an address that begins with "http://" or "https://".', suggestion: null };
  if (url.username !== '' || url.password !== '')
    return { message: 'An address must not hold credentials: it is seen in plans and logs.', suggestion: null };
  return url.search === '' && url.hash === ''
    ? null
    : { message: 'This is the address of the application, without "?" and "#".', suggestion: null };
}
