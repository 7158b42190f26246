import * as z from 'zod';
import { target } from './hooks.ts';
import { duration, environment, relativePath, shellText, textLike } from './text.ts';

const pathOfUrl = textLike(/^\/\S*$/, 'This must be a path of the application that begins with "/".');

const healthyByHttp = z
  .strictObject({
    http: pathOfUrl.describe('What it is asked for over its own socket or port.').meta({ examples: ['/up'] }),
    status: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .describe('The status that it must answer with; any below 500 when there is none.'),
  })
  .meta({ id: 'HealthyByHttp', description: 'A process is healthy when it answers.' });

const healthyByCommand = z
  .strictObject({
    command: shellText.describe('Shell text that must succeed, in the release; `$PORT` is the socket or port.'),
  })
  .meta({ id: 'HealthyByCommand', description: 'A process is healthy when a command says so.' });

const signal = z
  .enum(['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2', 'WINCH'])
  .default('TERM')
  .describe('The signal that asks it to end.');

const common = {
  ...target,
  env: environment.prefault({}).describe('More environment for this process.'),
  within: duration.prefault('30s').describe('It must be healthy before this is over.'),
  restart: z.boolean().default(true).describe('Whether it is started again when it ends by itself.'),
};

const socket = z
  .strictObject({
    socket: relativePath.describe('A unix socket in each release; the process finds its path in `PORT`.'),
    mode: textLike(/^[0-7]{3}$/, 'This must be a mode such as "660".')
      .default('666')
      .describe('The mode that the socket is given, so that the web server may connect.'),
    toPort: z
      .boolean()
      .default(false)
      .describe(
        'For a program that cannot listen on a socket: it finds a free port of 127.0.0.1 in `PORT`, and what comes in over the socket is passed on to it. Needs `node` on the host.',
      ),
  })
  .meta({ id: 'ListenOnSocket', description: 'Each release listens on a socket of its own.' });

const ports = z
  .strictObject({
    ports: textLike(/^\d{1,5}-\d{1,5}$/, 'This must be a range of ports such as "4001-4010".').describe(
      'A range of ports of which each release takes a free one; the process finds it in `PORT`.',
    ),
    reload: shellText
      .describe('The command that makes the web server read which port is in service.')
      .meta({ examples: ['sudo -n systemctl reload nginx'] }),
  })
  .meta({ id: 'ListenOnPorts', description: 'Each release listens on a port of its own.' });

/** The process that serves requests. */
export const appProcess = z
  .strictObject({
    run: shellText
      .optional()
      .describe("Shell text that runs it in the foreground, in the release; the recipe's when there is none.")
      .meta({ examples: ['node server.js'] }),
    listen: z
      .union([socket, ports])
      .prefault({ socket: 'app.sock' })
      .describe('Where it takes requests: on another socket or port in each release.'),
    healthy: z
      .union([healthyByHttp, healthyByCommand])
      .prefault({ http: '/' })
      .describe('When the new release may be put in service.'),
    ...common,
    stopSignal: signal,
    drain: duration
      .prefault('30s')
      .describe('How long the last requests of the old release may take before it is asked to end.'),
    stop: duration.prefault('10s').describe('How long it may then take to end before it is killed.'),
  })
  .meta({ id: 'AppProcess', description: 'The long-running process that serves requests.' });

/** Processes that take no requests. */
export const workers = z.array(
  z
    .strictObject({
      name: textLike(
        /^(?!app$)[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/,
        'A worker\'s name is made of letters, digits, "_" and "-", and is not "app".',
      ).describe('What it is called in files, units and lists.'),
      run: shellText
        .describe('Shell text that runs it in the foreground, in the release.')
        .meta({ examples: ['node worker.js', 'php artisan queue:work'] }),
      healthy: healthyByCommand
        .optional()
        .describe('When it counts as started; when it still runs after a second, if nothing is said.'),
      ...common,
      stopSignal: signal,
      drain: duration
        .prefault('1m')
        .describe('How long it may take to end what it is at, once it was asked, before it is killed.'),
    })
    .meta({
      id: 'Worker',
      description:
        'A process that takes no requests: the new one is started after the swap, the old one stopped once the release is confirmed.',
    }),
);

/** Who keeps the processes running. */
export const processManager = z
  .enum(['own', 'systemd', 'systemd-user', 'pm2'])
  .default('own')
  .describe(
    "Who keeps the processes running: `own` is a small supervisor of Cutover's own, `systemd` and `systemd-user` template units, `pm2` the host's PM2.",
  );
