import { quoted, suggestion } from './suggest.ts';

/** What `{{ }}` can name in a hook. */
export const hookVariables = [
  'release',
  'project',
  'sha',
  'branch',
  'author',
  'message',
  'time',
  'php',
  'composer',
  'name',
  'previous',
  'stage',
  'host',
] as const;

/** What is wrong with the `{{ variables }}` of a shell text; other templates such as docker's `{{ .Names }}` are not ours. */
export function variableFault(text: string): { readonly message: string; readonly suggestion: string | null } | null {
  const unknown = [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)]
    .map((match) => match[1] ?? '')
    .find((name) => !hookVariables.some((known) => known === name));
  if (unknown === undefined) return null;
  return {
    message: `There is no variable ${quoted(`{{ ${unknown} }}`)}.`,
    suggestion: suggestion(unknown, hookVariables),
  };
}
