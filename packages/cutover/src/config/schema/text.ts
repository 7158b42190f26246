import * as z from 'zod';
import { variableFault } from '../variables.ts';
import { durationPattern, parseDuration } from './duration.ts';

/** What is wrong with a text. */
export interface Fault {
  readonly message: string;
  readonly suggestion: string | null;
}

/** Text in which `faultOf` finds nothing wrong. */
export function textWithout(faultOf: (text: string) => Fault | null) {
  return z.string().superRefine((text, context) => {
    const fault = faultOf(text);
    if (fault === null) return;
    context.addIssue({ code: 'custom', message: fault.message, params: { suggestion: fault.suggestion } });
  });
}

/** Text that fits a pattern; it is in the JSON Schema too. */
export function textLike(pattern: RegExp, message: string) {
  return z.string().regex(pattern, { error: message });
}

/** Text of one line that is not empty. */
export const line = textWithout(lineFault);

/** A length of time as `500ms`, `30s`, `5m` or `2h`; milliseconds once it is read. */
export const duration = textLike(durationPattern, 'This must be a length of time such as "500ms", "30s", "5m" or "2h".')
  .transform((text) => parseDuration(text) ?? 0)
  .refine((ms) => ms <= longestMs, { error: 'This may be at most "24h".' })
  .meta({
    id: 'Duration',
    description: 'A length of time: a whole number and a unit, `500ms`, `30s`, `5m` or `2h`; at most `24h`.',
  });

/** A path inside a release. */
export const relativePath = textWithout(relativePathFault).transform(tidyPath).meta({
  id: 'RelativePath',
  description: 'A path relative to the release: no leading `/`, no `..`, nothing of `.git`.',
});

/** The name of a stage, host, role or label. */
export const name = textLike(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
  'This must begin with a letter or digit and go on with letters, digits, ".", "_" and "-" only.',
);

/** The name of an environment variable. */
export const variableName = textLike(
  /^(?!CUTOVER_)[A-Za-z_][A-Za-z0-9_]*$/,
  'This must be the name of an environment variable: letters, digits and "_". Names that begin with CUTOVER_ are taken.',
);

/** Values for environment variables, by name. */
export const environment = z.record(
  variableName,
  z
    .union([textWithout(nulFault), z.number(), z.boolean()])
    .transform(String)
    .meta({ description: 'A text, number or boolean.' }),
);

/** Shell text of the user's own, in which `{{ variables }}` stand for safely quoted values. */
export const shellText = textWithout((text) => emptyFault(text) ?? nulFault(text) ?? variableFault(text));

const longestMs = 24 * 3_600_000;

function lineFault(text: string): Fault | null {
  if (/\p{Cc}/u.test(text)) return { message: 'This must be one line without control characters.', suggestion: null };
  return emptyFault(text);
}

function emptyFault(text: string): Fault | null {
  return text.trim() === '' ? { message: 'This must not be empty.', suggestion: null } : null;
}

function nulFault(text: string): Fault | null {
  return text.includes('\0') ? { message: 'This must not hold a NUL character.', suggestion: null } : null;
}

function relativePathFault(text: string): Fault | null {
  const fault = lineFault(text);
  if (fault !== null) return fault;
  if (text.startsWith('/') || text.startsWith('~')) {
    const inside = tidyPath(text.replace(/^~?\/+/, ''));
    return { message: 'This path must be relative to the release.', suggestion: inside ? `Write "${inside}".` : null };
  }
  const parts = tidyPath(text).split('/');
  if (parts.includes('..'))
    return { message: 'This path must stay inside the release: it must not hold "..".', suggestion: null };
  if (parts.includes('.git')) return { message: 'A release never holds ".git".', suggestion: null };
  if (parts.join('') === '')
    return { message: 'This must be a path below the release, not the release itself.', suggestion: null };
  return null;
}

function tidyPath(text: string): string {
  return text
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
