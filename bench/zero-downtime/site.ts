import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is served: files, PHP, or a Node application. */
export type SiteKind = 'static' | 'php' | 'node';

/** The files of one version. Every answer names its version twice, so that a mixed one is seen. */
export function filesOf(kind: SiteKind, version: number): Readonly<Record<string, string>> {
  switch (kind) {
    case 'static':
      return { 'index.html': `v${version};${'.'.repeat(4000)}v${version};\n` };
    case 'php':
      return {
        // A long request computes as well as it waits: a reload cuts a sleep short. What it needs in the end it has not read before.
        'index.php': `<?php echo 'v${version};'; $long = (int) ($_GET['long'] ?? 0);
for ($end = microtime(true) + $long; microtime(true) < $end;) usleep(5000);
usleep(5000); require __DIR__.($long ? '/late.php' : '/lib.php');\n`,
        'lib.php': `<?php echo 'v${version};';\n`,
        'late.php': `<?php echo 'v${version};';\n`,
      };
    case 'node':
      return {
        'server.js': `
const { readFileSync } = require('node:fs');
const version = readFileSync('version', 'utf8');
require('node:http').createServer((asked, answer) => {
  const long = Number(new URL(asked.url, 'http://localhost').searchParams.get('long'));
  answer.write(version);
  setTimeout(() => answer.end(readFileSync('version', 'utf8')), 20 + 1000 * long);
}).listen(process.env.PORT);
`,
        version: `v${version};`,
      };
  }
}

/** Writes files below a directory. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
}
