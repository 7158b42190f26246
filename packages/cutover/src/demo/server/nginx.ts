import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type Daemon, findProgram, freePort, startDaemon } from './daemon.ts';

/** nginx with one site on a port of loopback. */
export interface Nginx extends Daemon {
  readonly url: string;
  readonly configFile: string;
}

/** How it is wanted. */
export interface NginxWish {
  /** Of its own: config, logs and temporary files. */
  readonly directory: string;
  /** What stands in the site's `server` block, besides `listen`. */
  readonly site: string;
}

/** The program; null where this machine has none. */
export function findNginx(): string | null {
  return findProgram(['nginx']);
}

/** Starts it; workers run as the user of this process. */
export async function startNginx(program: string, { directory, site }: NginxWish): Promise<Nginx> {
  mkdirSync(directory, { recursive: true });
  const port = await freePort();
  const configFile = join(directory, 'nginx.conf');
  writeFileSync(configFile, configText(directory, port, site));
  const url = `http://127.0.0.1:${port}`;
  const daemon = await startDaemon({
    program,
    args: ['-p', directory, '-e', join(directory, 'nginx.log'), '-c', configFile],
    isReady: () => answers(url),
  });
  return { ...daemon, url, configFile };
}

/** The site of a PHP application whose scripts are named by `$realpath_root` or, as Debian does it, by `$document_root`. */
export function phpSite(parts: {
  readonly root: string;
  readonly socket: string;
  readonly names: '$realpath_root' | '$document_root';
}): string {
  const pass = parts.socket.startsWith('/') ? `unix:${parts.socket}` : parts.socket;
  return `root "${parts.root}";
    location / { try_files $uri /index.php$is_args$args; }
    location ~ \\.php$ {
      fastcgi_pass ${pass};
      fastcgi_param SCRIPT_FILENAME ${parts.names}$fastcgi_script_name;
      fastcgi_param DOCUMENT_ROOT ${parts.names};
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SCRIPT_NAME $fastcgi_script_name;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param HTTP_HOST $host;
    }`;
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

function configText(directory: string, port: number, site: string): string {
  const user = process.getuid?.() === 0 ? [`user ${userInfo().username};`] : [];
  return [
    ...user,
    'daemon off;',
    'worker_processes 2;',
    `pid "${directory}/nginx.pid";`,
    `error_log "${directory}/nginx.log";`,
    'events { worker_connections 512; }',
    'http {',
    ...temporary.map((name) => `  ${name}_temp_path "${directory}/${name}";`),
    '  access_log off;',
    '  types { text/html html; text/css css; application/javascript js; text/plain txt; }',
    '  server {',
    `    listen 127.0.0.1:${port};`,
    `    ${site}`,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** Whatever it answers. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request(url, (response) => {
      response.resume();
      resolve(true);
    });
    asked.on('error', () => resolve(false));
    asked.end();
  });
}
