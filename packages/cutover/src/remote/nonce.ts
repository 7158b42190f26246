import { randomBytes } from 'node:crypto';

/** A word that no output holds by accident. */
export function newNonce(): string {
  return randomBytes(8).toString('hex');
}
