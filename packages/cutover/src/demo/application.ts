import type { Chapter } from './story.ts';

/** The name of the shop, as its shared `.env` has it. */
export const shopName = "Quill & Co's paper shop";

/** The shared environment file of the shop, which no release holds. */
export const environmentFile = `SHOP_NAME=${shopName}\n`;

/** The files of a small shop whose pages are put together from three files, each of which names the release that it is from. */
export function changesOf({ number, flaw }: Chapter): Readonly<Record<string, string>> {
  return {
    'build.sh': buildOf(flaw === 'build' ? 'src/shop.css' : 'src/app.css'),
    'health.txt': flaw === 'check' ? 'The stock list is gone.\n' : 'ok\n',
    'src/index.html': page(number),
    'public/index.php': phpPage,
    'public/parts/header.html': `<header data-release="${number}"><h1>{{ SHOP_NAME }}</h1></header>\n`,
    'public/parts/footer.html': `<footer data-release="${number}">Release ${number}</footer>\n`,
    'src/app.css': `/* Release ${number} */\nbody { margin: ${number}em; }\n`,
  };
}

function buildOf(styles: string): string {
  return `#!/bin/sh
# Gives the style sheet a name that changes with its content, so that browsers may keep it for ever.
set -eu
[ -s ${styles} ] || { echo '${styles} is missing.'; exit 1; }
name=app.$(git hash-object ${styles}).css
mkdir -p public/assets
cp ${styles} "public/assets/$name"
sed "s/APP_CSS/$name/" src/index.html > public/index.html
`;
}

function page(number: number): string {
  return [
    '<!doctype html>',
    '<title>{{ SHOP_NAME }}</title>',
    '<link rel="stylesheet" href="/assets/APP_CSS">',
    '{{ header.html }}',
    `<main data-release="${number}">Paper, ink and string.</main>`,
    '{{ footer.html }}',
    '',
  ].join('\n');
}

/** Behind nginx and PHP-FPM: what the embedded server does, by the release's own files. */
const phpPage = `<?php
$root = dirname(__DIR__);
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$read = function ($file) use ($root) { return file_get_contents("$root/$file"); };
if ($path === '/health') {
  $health = $read('health.txt');
  http_response_code(strncmp($health, 'ok', 2) === 0 ? 200 : 503);
  header('Content-Type: text/plain');
  exit($health);
}
if (preg_match('~^/session/([\\w-]+)$~', $path, $found)) {
  header('Content-Type: text/plain');
  $file = "$root/storage/sessions/$found[1]";
  if ($_SERVER['REQUEST_METHOD'] !== 'POST') exit(is_file($file) ? file_get_contents($file) : http_response_code(404));
  if (!is_dir(dirname($file))) mkdir(dirname($file), 0777, true);
  file_put_contents($file, file_get_contents('php://input'), LOCK_EX);
  exit('Kept.');
}
if ($path !== '/') { http_response_code(404); exit('Not found.'); }
preg_match('/^SHOP_NAME=(.*)$/m', $read('.env'), $name);
echo strtr($read('public/index.html'), ['{{ header.html }}' => strtr($read('public/parts/header.html'), ['{{ SHOP_NAME }}' => $name[1]]), '{{ footer.html }}' => $read('public/parts/footer.html'), '{{ SHOP_NAME }}' => $name[1]]);
`;

function servedBy({ url, fpm }: { readonly url: string; readonly fpm: string | null }): string {
  if (fpm === null) return '';
  return `
  // The new release is asked through PHP-FPM before anybody sees it, and nginx must serve it afterwards.
  recipe: 'php',
  app: { url: ${JSON.stringify(url)}, fpm: { socket: ${JSON.stringify(fpm)} } },
`;
}

/** The config with which the shop is deployed. */
export function configOf(parts: {
  readonly deployPath: string;
  readonly url: string;
  readonly fpm: string | null;
}): string {
  return `import { defineConfig } from 'cutover';

export default defineConfig({
  project: 'demo-shop',
  path: ${JSON.stringify(parts.deployPath)},
  keep: 4,

  // These outlive a release; every release gets a link to them.
  shared: { files: ['.env'], directories: ['storage'] },

  // Pages that were loaded before a swap still find their style sheet after it.
  assets: ['public/assets'],
${servedBy(parts)}
  // A build that fails stops the deployment before anything is put in service.
  hooks: { build: ['sh build.sh'] },

  // Asked once the new release is in service; when the answer is wrong, the old one is put back.
  checks: [{ http: ${JSON.stringify(new URL('/health', parts.url).href)}, body: 'ok', within: '500ms', every: '250ms' }],

  stages: {
    demo: { hosts: { 'this-machine': { local: true } } },
  },
});
`;
}
