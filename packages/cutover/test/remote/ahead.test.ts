import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import type { Begun } from '../../src/remote/ahead.ts';
import { Channel } from '../../src/remote/channel.ts';
import { type OpenOptions, openChannel, type Way } from '../../src/remote/open-channel.ts';
import type { Launch } from '../../src/remote/wire.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';

const opening = segmentOf([stepOf('look', 'echo seen')]);

/** A way to this machine, whose shell is asked for by another name where the config says another thing. */
const way = (flag: string): Way => ({
  host: 'web1',
  command: 'sh',
  args: (runner) => [flag, String(runner)],
  isFar: false,
  explainLoss: () => 'lost',
});

async function opened(t: TestContext, to: Way, more: Partial<OpenOptions>): Promise<Channel> {
  const channel = await openChannel(to, { connectMs: 60_000, signal: t.signal, opening, ...more });
  assert.ok(channel instanceof Channel);
  t.after(() => channel.close());
  return channel;
}

/** How a host is reached, as whoever reached it was told. */
async function launchTo(t: TestContext, to: Way): Promise<Launch> {
  const told: Launch[] = [];
  await opened(t, to, { ahead: { take: () => null, answered: (_, launch) => told.push(launch) } });
  assert.equal(told.length, 1);
  return told[0] as Launch;
}

function begin({ command, args, nonce }: Launch): Begun {
  return { command, args, nonce, child: spawn(command, args, { stdio: 'pipe', detached: true }) };
}

const only = (begun: Begun) => ({ take: () => begun, answered: () => undefined });

describe('A way that was begun ahead', () => {
  it('is gone on if it is what would be begun now, and what the host began with is heard from its beginning', async (t) => {
    const begun = begin(await launchTo(t, way('-c')));
    const channel = await opened(t, way('-c'), { ahead: only(begun) });
    const recorder = new Recorder();
    assert.equal(await channel.run(opening, recorder, t.signal), null);
    assert.equal(recorder.text(), 'seen\n');
    assert.equal(begun.child.exitCode, null);
    await channel.close();
    await (begun.child.signalCode ?? begun.child.exitCode ?? once(begun.child, 'exit'));
  });

  it('is ended if something else would be begun now', async (t) => {
    const begun = begin(await launchTo(t, way('-c')));
    const channel = await opened(t, way('-uc'), { ahead: only(begun) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
    if (begun.child.signalCode === null) await once(begun.child, 'exit');
    assert.equal(begun.child.signalCode, 'SIGKILL');
  });

  it('is begun anew if it has ended', async (t) => {
    const begun = begin(await launchTo(t, way('-c')));
    begun.child.kill('SIGKILL');
    await once(begun.child, 'exit');
    const channel = await opened(t, way('-c'), { ahead: only(begun) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
  });

  it('is begun anew if its program could not be started', async (t) => {
    const begun = begin({ ...(await launchTo(t, way('-c'))), command: '/nowhere/ssh' });
    await once(begun.child, 'error');
    const channel = await opened(t, way('-c'), { ahead: only(begun) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
  });
});
