import type { Face } from '../report/face.ts';
import { ndjsonFace } from '../report/ndjson.ts';
import { plainFace } from '../report/plain.ts';
import type { StageOptions } from './options.ts';
import type { Outside } from './outside.ts';
import { isColoured } from './paint.ts';

/** Resolves to the face that fits: NDJSON when it was asked for, live lines for a person at a terminal, else plain lines. */
export async function faceFor(options: StageOptions, outside: Outside): Promise<Face> {
  const colour = isColoured(options, outside);
  const write = outside.out;
  if (options.json) return ndjsonFace(write);
  if (!outside.isTerminal || options.verbose) return plainFaceFor(options, outside);
  const { terminalFace } = await import('../report/terminal.ts');
  return terminalFace({
    colour,
    clock: { nowMs: outside.nowMs, after },
    port: { write, size: () => ({ rows: process.stdout.rows ?? 24, columns: process.stdout.columns ?? 80 }), onResize },
  });
}

/** Resolves to plain lines; what steps print is among them where `verbose` says so. */
export async function plainFaceFor(options: StageOptions, outside: Outside): Promise<Face> {
  const { columns = null } = outside;
  // Measuring the width of characters takes long to load, and only a terminal needs it.
  const wrapped = columns === null ? null : (await import('../report/wrap.ts')).wrapped;
  return plainFace({
    write: outside.out,
    wrap: (lines) => wrapped?.(lines, columns) ?? lines,
    verbose: options.verbose ?? false,
    colour: isColoured(options, outside),
    env: outside.env,
  });
}

function after(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}

function onResize(call: () => void): () => void {
  process.stdout.on('resize', call);
  return () => process.stdout.off('resize', call);
}
