import { cleanWord } from '../../clean.ts';
import type { Look } from '../examine.ts';
import { fpmSections, poolReport } from './pool.ts';
import { good, problem, warning } from './said.ts';
import { nginxSites } from './sites.ts';

/** Which pool serves the site, and whether the config knows it. */
export const fpmPool: Look = ({ host, gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const found = nginxSites(gathered, host.deployPath).flatMap(({ passes }) => passes.map(({ socket }) => socket))[0];
  if (app.fpm === null) {
    const socket = found ?? [...gathered.all('socket').keys()][0];
    return socket === undefined
      ? warning(
          'No pool of PHP-FPM was found, and the config names none: releases are not asked before they serve.',
          null,
        )
      : warning(
          `The pool listens at ${cleanWord(socket)}, and the config does not say so: releases are neither asked nor warmed before they serve.`,
          `Write app: { fpm: { socket: '${cleanWord(socket)}' } } into the config.`,
        );
  }
  const { socket } = app.fpm;
  if (found !== undefined && found !== socket && found.startsWith('/') && socket.startsWith('/'))
    return problem(
      `The web server passes to ${cleanWord(found)}, and the config says ${socket}: another pool is asked and warmed than the one that serves.`,
      `Set app.fpm.socket to ${cleanWord(found)}.`,
    );
  const report = poolReport(gathered);
  if (typeof report === 'string')
    return problem(
      `The pool could not be asked at ${socket}: ${cleanWord(report)} A deployment would stop before it activates.`,
      'Let this user be of the group that may connect (listen.group and listen.mode = 0660 of the pool; usermod -aG <group> <user>), or take app.fpm out of the config.',
    );
  const who = report?.user ? `, as ${cleanWord(report.user)}` : '';
  return good(`PHP ${cleanWord(report?.version ?? '')} answers at ${socket}${who}.`);
};

/** Whether a reload of FPM waits. */
export const fpmReload: Look = ({ gathered, settings }) => {
  if (gathered === null || settings.app.kind !== 'php') return null;
  const reloads =
    Boolean(settings.app.fpm?.reload) || settings.hooks.some(({ run }) => /reload\b.*php|php.*\breload/.test(run));
  if (!reloads) return null;
  const sections = fpmSections(gathered).filter(({ name }) => name === 'global');
  if (sections.length === 0)
    return warning(
      'The configuration of PHP-FPM could not be read: whether its reload waits for requests is not known.',
      null,
    );
  const timeout = sections
    .map(({ settings: own }) => own.get('process_control_timeout'))
    .findLast((value) => value !== undefined);
  if (timeout !== undefined && !/^0[a-z]?$/.test(timeout))
    return good(`A reload waits up to ${cleanWord(timeout)} for the requests that are under way.`);
  return problem(
    'process_control_timeout is 0, and the config reloads PHP-FPM: each reload cuts off every request that is under way with 502.',
    'Write "process_control_timeout = 10s" into [global] of php-fpm.conf and restart PHP-FPM once; or name scripts by the real path, which needs no reload.',
  );
};

/** Whether the reload that the config names is permitted. */
export const reloadPermitted: Look = ({ gathered, facts, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php' || !app.fpm?.reload) return null;
  const { reload } = app.fpm;
  const command = /^sudo\s+(?:-n\s+)?(.+)$/.exec(reload)?.[1];
  if (command === undefined) return null;
  const permitted = gathered.text('sudo') ?? '';
  const [program = '', ...args] = command.split(/\s+/);
  const isListed = permitted
    .split('\n')
    .some(
      (line) =>
        line.includes('NOPASSWD') &&
        (/NOPASSWD:\s*ALL\b/.test(line) || (line.includes(program) && args.every((word) => line.includes(word)))),
    );
  if (isListed) return good('The reload is permitted without a password.');
  return problem(
    `sudo does not let ${cleanWord(facts.user)} run "${cleanWord(command)}" without a password: the reload would fail when it is needed.`,
    `As root: \`echo '${cleanWord(facts.user)} ALL=(root) NOPASSWD: /usr/bin/${cleanWord(command)}' > /etc/sudoers.d/cutover\`.`,
  );
};

/** Whether code is preloaded. */
export const preload: Look = ({ gathered, settings: { app } }) => {
  const preloaded = gathered && iniOf(gathered, 'opcache.preload');
  if (!gathered || app.kind !== 'php' || !preloaded) return null;
  return problem(
    `opcache.preload is ${cleanWord(preloaded)}: preloaded code stays the old release's until PHP-FPM is reloaded.`,
    'Take opcache.preload out (opcache without it is nearly as fast), or reload PHP-FPM in a hook of "after activate", with process_control_timeout set.',
  );
};

/** Whether opcache may be asked and reset. */
export const opcacheAccess: Look = ({ gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const api = iniOf(gathered, 'opcache.restrict_api');
  const disabled = (iniOf(gathered, 'disable_functions') ?? '')
    .split(',')
    .find((name) => name.trim().startsWith('opcache_'));
  if (!api && disabled === undefined) return null;
  const what = api
    ? `opcache.restrict_api is ${cleanWord(api)}`
    : `disable_functions holds ${cleanWord(disabled ?? '')}`;
  return warning(
    `${what}: opcache can neither be warmed nor reset by a release.`,
    'Take it out of the settings of this pool.',
  );
};

/** How long a request may go on. */
export const requestLimits: Look = ({ gathered, settings: { app } }) => {
  if (gathered === null || app.kind !== 'php') return null;
  const pools = fpmSections(gathered).filter(({ name }) => name !== 'global');
  const terminate = pools
    .map(({ settings }) => settings.get('request_terminate_timeout'))
    .find((value) => value !== undefined && !value.startsWith('0'));
  const execution = iniOf(gathered, 'max_execution_time');
  if (terminate !== undefined)
    return good(`PHP-FPM ends a request after ${cleanWord(terminate)} (request_terminate_timeout).`);
  if (execution)
    return good(
      `A request may compute for ${cleanWord(execution)} seconds (max_execution_time); what it waits for is not limited.`,
    );
  return null;
};

/** A setting of PHP as the pool has it, or as the readable files of php.ini say. */
export function iniOf(gathered: Parameters<typeof poolReport>[0], name: string): string | null {
  const report = poolReport(gathered);
  if (report !== null && typeof report !== 'string') return report.ini[name] ?? null;
  const lines = (gathered.text('php-ini') ?? '')
    .split('\n')
    .map((line) => /^\s*([\w.]+)\s*=\s*"?(.*?)"?\s*$/.exec(line));
  return lines.findLast((found) => found?.[1] === name)?.[2] ?? null;
}
