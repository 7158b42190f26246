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
        'index.php': `<?php echo 'v${version};'; usleep(5000); require __DIR__.'/lib.php';\n`,
        'lib.php': `<?php echo 'v${version};';\n`,
      };
    case 'node':
      return {
        'server.js': `
const { readFileSync } = require('node:fs');
const version = readFileSync('version', 'utf8');
require('node:http').createServer((asked, answer) => {
  answer.write(version);
  setTimeout(() => answer.end(version), 20);
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
