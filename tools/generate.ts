import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { root } from './root.ts';

/** Writes the pages of docs/ that are made from the config's schema and from the command line. Resolves to the exit code. */
export async function writeDocs(): Promise<number> {
  // Loaded here, because it takes longer than all the rest of ./dev.
  const { generatedDocs } = await import('../packages/cutover/src/config/reference.ts');
  const { cliReference } = await import('../packages/cutover/src/cli/reference.ts');
  const { findingsPage } = await import('../packages/cutover/src/audit/reference.ts');
  const { findingsReference } = await import('../packages/cutover/src/report/findings/reference.ts');
  const pages = [
    ...generatedDocs(),
    { path: 'docs/reference/cli.md', text: cliReference() },
    { path: 'docs/reference/findings.md', text: findingsPage() },
    { path: 'docs/reference/check.md', text: findingsReference() },
  ];
  for (const { path, text } of pages) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    console.log(path);
  }
  return 0;
}
