import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Outside } from '../outside.ts';

/** What a file of this machine holds, or why it cannot be used. */
export type LocalFile =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  /** A whole sentence. */
  | { readonly kind: 'problem'; readonly message: string };

/** Reads a file of this machine that must be text. */
export function readLocal(file: string, outside: Outside): LocalFile {
  try {
    return {
      kind: 'text',
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file)),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { kind: 'missing' };
    return { kind: 'problem', message: `${nameOf(file, outside)} cannot be used: ${reasons[code ?? ''] ?? message}.` };
  }
}

/** What the codes of the usual errors mean to a person. */
const reasons: Readonly<Record<string, string>> = {
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not text in UTF-8',
  EISDIR: 'it is a directory',
  EACCES: 'you may not read it',
};

/** Writes a file whole and readable by the user alone: secrets are in it. */
export function writeLocal(file: string, text: string): void {
  const fresh = `${file}.${randomUUID()}`;
  try {
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, file);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** A file as a person in this directory would call it. */
export function nameOf(file: string, outside: Outside): string {
  const name = relative(outside.directory, file);
  return name.startsWith('..') ? file : name;
}
