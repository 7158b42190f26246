import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it, type TestContext } from 'node:test';
import type { Begun } from '../../src/remote/ahead.ts';
import { Channel } from '../../src/remote/channel.ts';
import { begin, type Launch } from '../../src/remote/launch.ts';
import { type OpenOptions, openChannel, type Way } from '../../src/remote/open-channel.ts';
import { Recorder, segmentOf, stepOf } from '../kit/segments.ts';

const opening = segmentOf([stepOf('look', 'echo seen')]);

/** A way to this machine, whose shell is asked for by another name where the config says another thing. */
const way = (flag: string): Way => ({
  host: 'web1',
  command: 'sh',
  args: (runner) => [flag, String(runner)],
  lessons: null,
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

function begun(launch: Launch): Begun {
  return { ...launch, child: begin(launch) };
}

const only = (begun: Begun) => ({ take: () => begun, answered: () => undefined });

describe('A way that was begun ahead', () => {
  it('is gone on if it is what would be begun now, and what the host began with is heard from its beginning', async (t) => {
    const ahead = begun(await launchTo(t, way('-c')));
    const channel = await opened(t, way('-c'), { ahead: only(ahead) });
    const recorder = new Recorder();
    assert.equal(await channel.run(opening, recorder, t.signal), null);
    assert.equal(recorder.text(), 'seen\n');
    assert.equal(ahead.child.exitCode, null);
    await channel.close();
    await (ahead.child.signalCode ?? ahead.child.exitCode ?? once(ahead.child, 'exit'));
  });

  it('is ended if something else would be begun now', async (t) => {
    const ahead = begun(await launchTo(t, way('-c')));
    const channel = await opened(t, way('-uc'), { ahead: only(ahead) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
    if (ahead.child.signalCode === null) await once(ahead.child, 'exit');
    assert.equal(ahead.child.signalCode, 'SIGKILL');
  });

  it('is begun anew if it has ended', async (t) => {
    const ahead = begun(await launchTo(t, way('-c')));
    ahead.child.kill('SIGKILL');
    await once(ahead.child, 'exit');
    const channel = await opened(t, way('-c'), { ahead: only(ahead) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
  });

  it('is begun anew if its program could not be started', async (t) => {
    const ahead = begun({ ...(await launchTo(t, way('-c'))), command: '/nowhere/ssh' });
    await once(ahead.child, 'error');
    const channel = await opened(t, way('-c'), { ahead: only(ahead) });
    assert.equal(await channel.run(opening, new Recorder(), t.signal), null);
  });
});
