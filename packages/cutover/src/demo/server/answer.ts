import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';

/** A request, as far as the shop needs it. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** What is answered. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/**
 * The answer of the release that `current` names. The link is followed once for each request, as nginx's `$realpath_root` does it: all
 * that is read for one answer is read from one release. What is not there is 404.
 */
export async function answer(asked: Asked, current: string): Promise<Reply> {
  try {
    return await route(asked, await realpath(current));
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { status: isMissing ? 404 : 500, type: 'text/plain', body: isMissing ? 'Not found.' : String(error) };
  }
}

async function route({ method, path, body }: Asked, root: string): Promise<Reply> {
  const [, session] = /^\/session\/([\w-]+)$/.exec(path) ?? [];
  if (path === '/') return found('text/html', await page(root));
  if (path === '/health') return health(root);
  if (session !== undefined && method === 'POST') return written(join(root, 'storage/sessions', session), body);
  if (session !== undefined) return found('text/plain', await read(join(root, 'storage/sessions', session)));
  if (!/^\/assets\/[\w.-]+$/.test(path)) return { status: 404, type: 'text/plain', body: 'Not found.' };
  return found(
    extname(path) === '.css' ? 'text/css' : 'application/octet-stream',
    await read(join(root, 'public', path)),
  );
}

/** The page, its two parts, and the shop's name from the shared `.env`: four reads. */
async function page(root: string): Promise<string> {
  const whole = await read(join(root, 'public/index.html'));
  const header = await read(join(root, 'public/parts/header.html'));
  const footer = await read(join(root, 'public/parts/footer.html'));
  const [, name = ''] = /^SHOP_NAME=(.*)$/m.exec(await read(join(root, '.env'))) ?? [];
  return whole
    .replace('{{ header.html }}', () => header)
    .replace('{{ footer.html }}', () => footer)
    .replaceAll('{{ SHOP_NAME }}', () => name);
}

async function health(root: string): Promise<Reply> {
  const body = await read(join(root, 'health.txt'));
  return { status: body.startsWith('ok') ? 200 : 503, type: 'text/plain', body };
}

async function written(file: string, body: string): Promise<Reply> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, body);
  return found('text/plain', 'Kept.');
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8');
}

function found(type: string, body: string): Reply {
  return { status: 200, type, body };
}
