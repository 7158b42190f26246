import { existsSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from './run.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'packages/cutover');

/** Builds the package below `directory` as it is published, since that is what people run, unless it was built there before; answers the program. */
export async function builtPackage(directory: string): Promise<string> {
  const built = join(directory, 'built/packages/cutover');
  const program = join(built, 'bin/cutover.cjs');
  if (existsSync(program)) return program;
  await mkdir(built, { recursive: true });
  await must({
    argv: [join(root, 'node_modules/.bin/tsc'), '-p', source, '--outDir', join(built, 'dist')],
    cwd: root,
    env: process.env,
  });
  for (const name of ['package.json', 'bin']) await cp(join(source, name), join(built, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(directory, 'built/node_modules'));
  return program;
}
