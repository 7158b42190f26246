import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lifetime } from '../source/kit.ts';

/** The file systems that a power cut is tried on. */
export type DiskKind = 'ext4' | 'xfs';

/** A file system in a file, mounted: its power can be cut. */
export interface Disk {
  /** What was on the disk at this moment, as another disk would show it after the power is back. */
  cut(): Cut;
}

/** A disk as a power cut left it. */
export interface Cut {
  /** Mounts it, which replays its journal, shows it to `look`, and puts it away. */
  afterwards<T>(look: (mountPoint: string) => T): Promise<T>;
}

/** Smaller ones cannot be made of xfs. */
const sizes: Readonly<Record<DiskKind, number>> = { ext4: 48, xfs: 320 };

/** Whether this user may make loop devices and mount them here. */
export function canMountLoops(): boolean {
  try {
    execFileSync('losetup', ['--find'], { stdio: 'ignore' });
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
  } catch {
    return false;
  }
  return existsSync('/dev/loop-control');
}

/**
 * Mounts a new disk at `path`. The files that hold disks lie on an xfs of their own, where a copy is made of one moment: a file that is
 * copied piece by piece while it is written to would show what no disk ever held.
 */
export function mountDisk(t: Lifetime, kind: DiskKind, parts: { directory: string; path: string }): Disk {
  const store = join(parts.directory, 'disks');
  t.after(() => unmount(store));
  mountNew(join(parts.directory, 'store.img'), { kind: 'xfs', size: 2048, path: store });
  const image = join(store, 'disk.img');
  t.after(() => unmount(parts.path));
  mountNew(image, { kind, size: sizes[kind], path: parts.path });
  let cuts = 0;
  return {
    cut() {
      cuts += 1;
      const copy = join(store, `cut-${cuts}.img`);
      execFileSync('cp', ['--reflink=always', image, copy]);
      return { afterwards: (look) => shown(copy, kind, look) };
    },
  };
}

/** Mounts a disk in memory, which is taken away at the end of the test; false where this user may not, and the test is skipped. */
export function isMemoryMounted(t: TestContext, path: string, options: string): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
  } catch {
    t.skip('this user may not mount a file system');
    return false;
  }
  mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  t.after(() => execFileSync('umount', ['-l', path]));
  return true;
}

function mountNew(image: string, parts: { kind: DiskKind; size: number; path: string }): void {
  writeFileSync(image, '');
  truncateSync(image, parts.size * 2 ** 20);
  execFileSync(`mkfs.${parts.kind}`, ['-q', image], { stdio: ['ignore', 'ignore', 'ignore'] });
  mkdirSync(parts.path, { recursive: true });
  mount(image, parts.path, parts.kind === 'ext4' ? ['commit=1'] : []);
}

function mount(image: string, path: string, options: readonly string[]): void {
  execFileSync('mount', ['-o', ['loop', ...options].join(','), image, path]);
}

async function shown<T>(copy: string, kind: DiskKind, look: (mountPoint: string) => T): Promise<T> {
  const point = `${copy}.mounted`;
  mkdirSync(point, { recursive: true });
  // Two disks of one identity are refused by xfs.
  mount(copy, point, kind === 'xfs' ? ['nouuid'] : []);
  try {
    return look(point);
  } finally {
    await unmount(point);
  }
}

/** What has just ended may be on it for a moment longer. */
async function unmount(point: string): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    try {
      return void execFileSync('umount', [point], { stdio: 'ignore' });
    } catch {
      await sleep(100);
    }
  }
  execFileSync('umount', ['-l', point], { stdio: 'ignore' });
}
