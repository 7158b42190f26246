import { isOutOfProcesses, type UnreachableReason } from '../model/failure.ts';
import { noProcessExit } from './runner.ts';

/** How ssh ended before the host's runner greeted. */
export interface SshEnd {
  /** Null when a signal ended it, or when it never began. */
  readonly code: number | null;
  readonly stderr: string;
  /** What the host's login shell printed on its standard output. */
  readonly noise: string;
  /** The host can make no process group. */
  readonly groupless: boolean;
  /** The system's error code when ssh could not be started, such as `ENOENT`. */
  readonly launchError: string | null;
}

/** What kept ssh from reaching a host, and what it said about it, on one line. */
export interface Diagnosis {
  readonly reason: UnreachableReason;
  readonly said: string;
}

/** Whether ssh ended because it does not know one of these settings, each as `Name=value`. */
export function isUnknownSetting({ code, stderr }: SshEnd, settings: readonly string[]): boolean {
  const [, unknown = ''] = /Bad configuration option: (\w+)/i.exec(stderr) ?? [];
  return code === sshOwnExit && settings.map(settingName).includes(unknown.toLowerCase());
}

/** The name of a setting that is written as `Name=value`, as ssh tells of it. */
export function settingName(setting: string): string {
  return setting.replace(/=.*/, '').toLowerCase();
}

/** Reads ssh's exit code and messages. The one place that classifies by text: ssh tells its reasons in no other way. */
export function diagnose(end: SshEnd): Diagnosis {
  if (end.launchError !== null) return { reason: 'no-ssh', said: end.launchError };
  if (end.groupless) return { reason: 'no-shell', said: 'neither setsid nor perl is installed there' };
  if (isForkless(end)) return { reason: 'no-process', said: shellWords(end) };
  if (end.code !== null && end.code !== sshOwnExit) return { reason: 'no-shell', said: shellWords(end) };
  const row = signs.find(([, sign]) => sign.test(end.stderr));
  return { reason: row?.[0] ?? 'unknown', said: lastLines(end.stderr) };
}

/** Where ssh ended for reasons of its own, what was said may be of this machine: a ProxyCommand runs here. */
function isForkless({ code, noise, stderr }: SshEnd): boolean {
  return code === noProcessExit || (code !== sshOwnExit && isOutOfProcesses(`${noise}\n${stderr}`));
}

/** ssh ends with 255 for reasons of its own, and with the remote command's code otherwise. */
const sshOwnExit = 255;

/**
 * The first that matches counts, so a cause stands before what follows from it: a jump host that cannot reach its target
 * ends with "Connection closed", and a changed key with "Host key verification failed".
 */
const signs: readonly (readonly [UnreachableReason, RegExp])[] = [
  ['changed-host-key', /HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY/],
  ['unknown-host-key', /Host key verification failed|host key is known for .* strict checking/],
  ['key-unusable', /agent refused operation|signing failed|bad permissions|invalid format/],
  ['key-refused', /Permission denied \(|Too many authentication failures|No more authentication methods/],
  ['name-not-found', /Could not resolve hostname|Name or service not known|nodename nor servname/],
  ['connection-refused', /Connection refused/],
  ['no-route', /No route to host|Network is unreachable|Host is down/],
  ['no-answer', /timed out|Timeout, server/],
  ['no-shell', /(exec|shell) request failed|PTY allocation request failed/],
  ['unknown', /administratively prohibited|Unable to negotiate|[Bb]ad configuration|Bad owner or permissions/],
  [
    'connection-dropped',
    /kex_exchange_identification|Connection (closed|reset) by|Connection to .* closed|Broken pipe/,
  ],
];

function shellWords(end: SshEnd): string {
  const words = lastLines(`${end.noise}\n${end.stderr}`);
  return words === '' ? `it ended with exit code ${end.code}` : words;
}

/** ssh frames its loudest warnings with `@`: they come first, and the reason is in the last lines. */
function lastLines(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('@'))
    .slice(-3)
    .join(' / ');
}
