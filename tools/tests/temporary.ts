import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
/** Several times as much as all files that run at once have in it. */
const neededBytes = 2 ** 29;

/**
 * In memory, where there is room and programs may run: a disk takes several times as long for the many small files that tests make
 * and remove. Whoever sets TMPDIR knows better.
 */
const place = process.env['TMPDIR'] === undefined && hasRoom(memory) && runsPrograms(memory) ? memory : tmpdir();

/** Makes a temporary directory for a test file, which every user may use as they may any other. */
export function makeTemporary(): string {
  const directory = mkdtempSync(join(place, 'cutover-'));
  chmodSync(directory, 0o1777);
  return directory;
}

function hasRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  }
}

function runsPrograms(path: string): boolean {
  const directory = mkdtempSync(join(path, 'cutover-'));
  const program = join(directory, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const { status } = spawnSync(program);
  rmSync(directory, { recursive: true });
  return status === 0;
}
