import { quote } from '../shell/text.ts';
import { newNonce } from './nonce.ts';
import { type Scripted, secretsText, segmentScript } from './script.ts';
import type { LaterSegment, Segment } from './session.ts';

/** A segment that a runner holds before it is its turn: what starts it is one line, for which the host needs no process. */
export interface Ready {
  /** The variable of the runner that holds it. */
  readonly name: string;
  /** By which word its steps are marked. */
  readonly nonce: string;
  readonly script: string;
}

/** So many at most, and none that is longer, in characters: a runner keeps them in memory. */
const [most, longest] = [8, 16_384];

/** What can be laid ready of what follows: nothing of which a secret is not known yet. */
export function madeReady(following: readonly LaterSegment[]): readonly Ready[] {
  return following
    .filter(isKnown)
    .slice(0, most)
    .map((segment, at) => {
      const nonce = newNonce();
      return { name: `ready_${at + 1}`, nonce, script: scriptOf(segment, nonce) };
    })
    .filter(({ script }) => script.length <= longest);
}

/** The one that is this very segment; null where none is. */
export function readyFor(segment: Segment, ready: readonly Ready[]): Ready | null {
  return ready.find(({ nonce, script }) => script === scriptOf(segment, nonce)) ?? null;
}

/** They as text for a runner. A login shell may have exported variables of their names. */
export function readyText(ready: readonly Ready[]): string {
  return ready.map(({ name, script }) => `\nunset ${name}; ${name}=${quote(script)}`).join('');
}

/** A segment as the runner hands it to the shell that runs it: its secrets come first. */
export function scriptOf(segment: Scripted, nonce: string): string {
  return secretsText(segment) + String(segmentScript(segment, nonce));
}

function isKnown({ steps, secrets }: LaterSegment): boolean {
  return steps.every((step) => step.secrets.every((name) => Object.hasOwn(secrets, name)));
}
