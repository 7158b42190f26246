import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Channel } from '../../src/remote/channel.ts';
import type { Handover } from '../../src/remote/left.ts';
import { openLocal } from '../../src/remote/local.ts';
import { isOpenFailure, type Segment } from '../../src/remote/session.ts';
import { makeLoginShell } from '../kit/shells.ts';
import { keepTheContract, stopGraceMs } from './contract.ts';

const directory = mkdtempSync(join(tmpdir(), 'cutover-local-'));
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

keepTheContract('On this machine', (kind) => {
  const shell = makeLoginShell(directory, kind);
  return (opening, handover) => open(shell, opening, handover);
});

async function open(
  shell: string,
  opening: Segment | null = null,
  handover: Handover = { left: null },
): Promise<Channel> {
  const signal = new AbortController().signal;
  const opened = await openLocal({
    host: 'local',
    shell,
    isTimed: true,
    connectMs: 30_000,
    signal,
    stopGraceMs,
    opening,
    handover,
  });
  assert.ok(!isOpenFailure(opened), JSON.stringify(opened));
  return opened;
}
