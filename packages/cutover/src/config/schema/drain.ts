import * as z from 'zod';
import { duration, line, name, shellText, textLike } from './text.ts';

const haproxy = z
  .strictObject({
    socket: textLike(
      /^(?:\/[^\s:]+|(?:\[[\da-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5})$/,
      'This must be the absolute path of a socket, or an address and a port such as "127.0.0.1:9999".',
    )
      .describe('The `stats socket` of HAProxy, with `level admin`.')
      .meta({ examples: ['/run/haproxy/admin.sock'] }),
    backend: name.describe('The backend that the hosts are servers of.'),
    server: line.default('{{ host }}').describe('What HAProxy calls the host; `{{ host }}` stands for its name.'),
  })
  .meta({ id: 'DrainHaproxy', description: 'HAProxy, by its runtime socket.' });

const nginx = z
  .strictObject({
    file: textLike(/^\/[^\s]+$|^\/.*\{\{ host \}\}.*$/, 'This must be the absolute path of a file.')
      .describe(
        'A file with the one `server` line of the host, which the `upstream` includes; `{{ host }}` stands for its name.',
      )
      .meta({ examples: ['/etc/nginx/shop-servers/{{ host }}.conf'] }),
    reload: shellText
      .describe('The command that makes nginx read it.')
      .meta({ examples: ['sudo -n systemctl reload nginx'] }),
  })
  .meta({ id: 'DrainNginx', description: 'nginx, by a file for each server of its upstream.' });

const command = z
  .strictObject({
    out: shellText.describe('Takes the host out and waits for its last requests; `$CUTOVER_SERVER` is its name.'),
    back: shellText.describe('Puts it back. It must be harmless for a host that is not out.'),
  })
  .meta({ id: 'DrainCommand', description: 'Any other load balancer, by two commands.' });

/** How a host is taken out of a load balancer while it is activated. */
export const drain = z
  .strictObject({
    haproxy: haproxy.optional(),
    nginx: nginx.optional(),
    command: command.optional(),
    hosts: z
      .array(line)
      .min(1)
      .optional()
      .describe('The hosts where the load balancer runs; each host itself when neither these nor `roles` are given.'),
    roles: z.array(name).min(1).optional().describe('The same by their roles.'),
    within: duration
      .prefault('30s')
      .describe('How long the last requests may take, and how long the host may then take to be found healthy again.'),
  })
  .refine((one) => [one.haproxy, one.nginx, one.command].filter((way) => way !== undefined).length === 1, {
    error: 'One of "haproxy", "nginx" and "command" must be there.',
  })
  .meta({
    id: 'Drain',
    description: 'A load balancer from which each batch of hosts is taken out while it is activated.',
  });
