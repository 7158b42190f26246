import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runProcess, runTool } from './process.ts';
import { root } from './root.ts';

const source = join(root, 'packages/cutover');

/** Builds the package as it is published and puts its .tgz into `directory`, which exists. Resolves to the exit code. */
export async function pack([directory = '.']: readonly string[]): Promise<number> {
  const staging = await mkdtemp(join(tmpdir(), 'cutover-pack-'));
  try {
    const built = await runTool('tsc', ['-p', source, '--outDir', join(staging, 'dist')]);
    if (built !== 0) return built;
    for (const name of ['package.json', 'bin']) await cp(join(source, name), join(staging, name), { recursive: true });
    for (const name of ['README.md', 'LICENSE']) await cp(join(root, name), join(staging, name));
    return await runProcess('npm', ['pack', staging, '--loglevel=error', '--pack-destination', resolve(directory)]);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
