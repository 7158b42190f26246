import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Daemon, findProgram, startDaemon } from './daemon.ts';

/** PHP-FPM with one pool and opcache on. */
export interface PhpFpm extends Daemon {
  /** What a web server passes requests to: a path, or `address:port`. */
  readonly socket: string;
}

/** How it is wanted. */
export interface PhpFpmWish {
  /** Of its own: config, logs and, unless `listen` is given, the socket. */
  readonly directory: string;
  readonly listen?: string;
  readonly workers?: number;
  /** Lines of php.ini, over those that Debian gives a server. */
  readonly ini?: readonly string[];
}

/** The program, the newest first; null where this machine has none. */
export function findPhpFpm(): string | null {
  const versions = ['8.5', '8.4', '8.3', '8.2', '8.1'];
  return findProgram(versions.flatMap((version) => [`php-fpm${version}`, `php-fpm-${version}`]).concat('php-fpm'));
}

/** Starts it; workers run as the user of this process. */
export async function startPhpFpm(program: string, wish: PhpFpmWish): Promise<PhpFpm> {
  const { directory } = wish;
  mkdirSync(directory, { recursive: true });
  const socket = wish.listen ?? join(directory, 'fpm.sock');
  const [ini, config] = [join(directory, 'php.ini'), join(directory, 'fpm.conf')];
  writeFileSync(ini, iniText(wish.ini ?? []));
  writeFileSync(config, configText(wish, socket));
  const asRoot = process.getuid?.() === 0 ? ['-R'] : [];
  const log = join(directory, 'fpm.log');
  const daemon = await startDaemon({
    program,
    args: ['-F', ...asRoot, '-c', ini, '-y', config],
    env: { PATH: process.env.PATH, PHP_INI_SCAN_DIR: '' },
    isReady: () => existsSync(log) && readFileSync(log, 'utf8').includes('ready to handle connections'),
  });
  return { ...daemon, socket };
}

function iniText(more: readonly string[]): string {
  return ['zend_extension=opcache', 'display_errors=Off', 'log_errors=On', ...more, ''].join('\n');
}

function configText({ directory, workers = 4 }: PhpFpmWish, socket: string): string {
  const { username } = userInfo();
  const owner = process.getuid?.() === 0 ? [`user = ${username}`, `group = ${username}`] : [];
  return [
    '[global]',
    `error_log = ${directory}/fpm.log`,
    'process_control_timeout = 10s',
    '[www]',
    ...owner,
    `listen = ${socket}`,
    'pm = static',
    `pm.max_children = ${workers}`,
    'catch_workers_output = yes',
    '',
  ].join('\n');
}
