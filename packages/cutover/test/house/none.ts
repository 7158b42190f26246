import assert from 'node:assert/strict';

/** Fails with the sentences, one a line, if there are any. */
export function assertNone(sentences: readonly string[]): void {
  assert.ok(sentences.length === 0, `${sentences.length} to mend:\n${sentences.join('\n')}`);
}
