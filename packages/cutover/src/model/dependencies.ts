import { reuseMark } from './layout.ts';
import type { Reuse } from './settings.ts';

/** The directories of dependencies that are known by name, and what they are made from. */
export const dependencies = {
  vendor: { directory: 'vendor', locks: ['composer.json', 'composer.lock'], tools: ['php', 'composer'] },
  node_modules: { directory: 'node_modules', locks: ['package.json', 'package-lock.json'], tools: ['node', 'npm'] },
} as const satisfies Readonly<Record<string, Reuse>>;

/** Shell text of a task: whether the release took the directory from the one before. */
export function isTakenOver({ directory }: Reuse): string {
  return `[ -e "{{ project }}/${reuseMark('{{ time }}', directory)}" ]`;
}
