import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { text } from 'node:stream/consumers';

/** What a visitor who never pauses met. */
export interface Read {
  readonly opens: number;
  /** The error codes, each as often as it was met; `torn` is a file that was not whole. */
  readonly failures: Readonly<Record<string, number>>;
}

const program = `
const { existsSync, readFileSync } = require('node:fs');
const [file, stop] = process.argv.slice(1);
const failures = {};
let opens = 0;
console.error('reading');
while (opens % 500 !== 0 || !existsSync(stop)) {
  opens += 1;
  try {
    if (readFileSync(file).length === 0) failures.torn = (failures.torn ?? 0) + 1;
  } catch (error) {
    failures[error.code] = (failures[error.code] ?? 0) + 1;
  }
}
console.log(JSON.stringify({ opens, failures }));
`;

interface Reading {
  readonly file: string;
  /** A path that is free. */
  readonly stop: string;
  /** Gives way to whoever else wants the processor: for what takes long. */
  readonly isPolite?: boolean;
}

/** Opens a file again and again in a process of its own, without pause, while `act` runs. */
export async function readWhile({ file, stop, isPolite = false }: Reading, act: () => Promise<unknown>): Promise<Read> {
  const child = spawn(process.execPath, ['-e', program, file, stop], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (isPolite && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  const printed = text(child.stdout);
  await once(child.stderr, 'data');
  try {
    await act();
  } finally {
    writeFileSync(stop, '');
    await once(child, 'close');
  }
  return JSON.parse(await printed) as Read;
}
