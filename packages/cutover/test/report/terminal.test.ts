import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventType } from '../../src/events/event.ts';
import * as recordings from '../events/recording.ts';
import { Recording } from '../events/recording.ts';
import { Screen } from './screen.ts';

const headline = 'Deploying shop to production: main a1b2c3d4e5 “Add the basket”, as 20261123145709';

describe('the terminal', () => {
  it('shows a line for each host, below the phases that are over', async () => {
    const screen = await new Screen(90, 24).play(before(recordings.failedBuild(), 'step.failed'));
    assert.deepEqual((await screen.wait(100)).visible(), [
      headline,
      '',
      '✓ lock         0.3 s',
      '✓ prepare      0.6 s',
      '• web1  build              waiting',
      '• web2  build         2 s  install packages',
      '• web3  build         2 s  install packages',
    ]);
  });

  it('counts the seconds on while nothing happens', async () => {
    const screen = await new Screen(90, 24).play(before(recordings.failedBuild(), 'step.failed'));
    await screen.wait(70_000);
    assert.equal(screen.visible().at(-1), '• web3  build    1:12 min  install packages');
  });

  it('says which connection is tried again', async () => {
    const screen = await new Screen(90, 24).play(before(recordings.reattached(), 'host.reattached'));
    assert.match(
      (await screen.wait(100)).visible().at(-1) ?? '',
      /• web2 .* connection lost, trying again: install packages/,
    );
  });

  it('leaves failures with the last lines of exactly their step, and the ending, and nothing else', async () => {
    const screen = await new Screen(90, 24).play(recordings.failedBuild().events);
    assert.deepEqual((await screen.end()).all(), [
      headline,
      '',
      '✓ lock         0.3 s',
      '✓ prepare      0.6 s',
      '✗ web2 could not install packages: it ended with exit code 1.',
      '  │ npm error code ENOSPC',
      '  │ npm error no space left',
      '• web3 could not install packages: it was cancelled.',
      '',
      '✗ The deployment failed after 3.6 seconds and was undone.',
      '  web2 could not install packages: it ended with exit code 1.',
      '  In service on web1, web2 and web3: 20261122090000',
      '  Nothing need be put right: what served before still serves.',
      '  All output: `cutover logs 20261123145709-k3p7 --stage production`',
    ]);
  });

  it('breaks what stays between words where it is narrow', async () => {
    const words = async (columns: number) => {
      const screen = await new Screen(columns, 24).play(recordings.failedBuild().events);
      return (await screen.end()).all().flatMap((line) => line.trim().split(/\s+/));
    };
    assert.deepEqual(await words(72), await words(120));
  });

  it('gives the cursor back and stops its clock when it ends, however often it is ended', async () => {
    for (const record of [recordings.succeeded(), recordings.cancelled(), new Recording(['web1']).start()]) {
      const screen = await new Screen(90, 24).play(record.events);
      await screen.wait(100);
      assert.equal(screen.isCursorShown, false);
      const { written } = await (await screen.end()).end();
      assert.deepEqual([screen.isCursorShown, screen.timersLeft, screen.written], [true, 0, written]);
    }
  });

  it('draws nothing where nothing changed', async () => {
    const screen = await new Screen(90, 24).play(recordings.succeeded().events);
    await screen.wait(1000);
    const { written } = screen;
    assert.equal((await screen.wait(60_000)).written, written);
  });

  it('goes on drawing when the clock of the machine is set back by hours', async () => {
    const record = new Recording(['web1']).start().phase('lock');
    const screen = await new Screen(80, 24).play(record.events);
    await screen.wait(1000);
    screen.setBack(18_000_000);
    for (const event of new Recording(['web1'])
      .start()
      .phase('lock')
      .phase('prepare')
      .events.slice(record.events.length))
      screen.face.event(event);
    assert.match((await screen.wait(100)).visible().join('\n'), /✓ prepare/);
  });

  it('leaves nothing stale in the scrollback with 50 hosts on 24 rows', async () => {
    const screen = await new Screen(80, 24).play(recordings.succeeded(manyHosts(50)).events);
    assert.deepEqual((await screen.end()).all(), [
      // The headline is wider than 80 columns.
      headline.replace(/ (\d+)$/, ''),
      `  ${headline.slice(-14)}`,
      '',
      '✓ lock         5.0 s',
      '✓ prepare       10 s',
      '✓ build        5.0 s',
      '✓ activate     5.0 s',
      '✓ finish       5.0 s',
      '',
      '✓ Deployed shop to production in 30 seconds.',
      '  In service on all 50 hosts: 20261123145709 (a1b2c3d4e5, main)',
    ]);
  });

  it('tells hosts that do the same in one line when there is no room for all, the few who are behind first', async () => {
    const record = new Recording(manyHosts(50)).start().phase('lock').phase('prepare');
    record.add({ type: 'phase.started', phase: 'build' });
    for (const host of record.hosts.slice(0, 40)) record.add({ type: 'step.started', host, step: 'npm' });
    record.add({ type: 'host.disconnected', host: 'web08', failure: { kind: 'lost', message: 'The link is gone.' } });
    const rows = (await (await new Screen(80, 24).play(record.events)).wait(100)).visible();
    assert.deepEqual(rows.slice(-3), [
      '• web08     build              connection lost, trying again: install packages',
      '• 39 hosts  build              install packages',
      '• 10 hosts  prepare            waiting',
    ]);
  });

  it('never draws more than fits, and counts what it does not show', async () => {
    const record = new Recording(manyHosts(50)).start().phase('lock').phase('prepare');
    record.add({ type: 'phase.started', phase: 'build' });
    for (const host of record.hosts) record.fail(host, 'npm', { kind: 'exit', code: 1 });
    const rows = (await (await new Screen(80, 24).play(record.events)).wait(100)).visible();
    assert.equal(rows.at(-1), '  and 28 more: 28 failed');
  });

  it('tells finished hosts in one line when there is no room for all', async () => {
    const record = new Recording(manyHosts(30)).start();
    for (const phase of ['lock', 'prepare', 'build', 'activate']) record.phase(phase);
    record.add({ type: 'phase.started', phase: 'finish' });
    for (const host of record.hosts.slice(0, 25)) record.step(host, 'restart', 1);
    const rows = (await (await new Screen(80, 10).play(record.events)).wait(100)).visible();
    assert.deepEqual(rows.slice(-6), [
      '✓ 25 hosts done',
      '• web26     activate           waiting',
      '• web27     activate           waiting',
      '• web28     activate           waiting',
      '• web29     activate           waiting',
      '• web30     activate           waiting',
    ]);
  });

  for (const [columns, rows] of [
    [40, 24],
    [120, 30],
    [60, 12],
    [20, 5],
  ] as const) {
    it(`shows each host at most once after it became ${columns} × ${rows}`, async () => {
      const screen = await new Screen(80, 24).play(before(recordings.failedBuild(), 'step.failed'));
      await screen.wait(100);
      await screen.resize(columns, rows);
      const seen = screen.visible();
      const lines = ['web1', 'web2', 'web3'].map((host) => seen.filter((row) => row.startsWith(`• ${host} `)).length);
      assert.deepEqual(lines, [1, 1, 1]);
      const left = (await (await screen.play(after(recordings.failedBuild(), 'step.failed'))).end()).visible();
      assert.deepEqual(
        left.filter((row) => row.startsWith('• web1')),
        [],
      );
    });
  }

  it('keeps to one row per host with long titles and wide signs', async () => {
    const record = new Recording(['東京サーバー', 'web2']).start();
    for (const host of record.hosts) {
      record.add({
        type: 'undo.started',
        host,
        step: 'create',
        title: `${'漢字 👩‍👩‍👧 '.repeat(20)} ${'long '.repeat(50)}`,
      });
    }
    const screen = await new Screen(60, 10).play(record.events);
    const rows = (await screen.wait(2000)).visible();
    assert.equal(rows.filter((row) => row.includes('undo')).length, 2);
    assert.equal(rows.at(-1)?.startsWith('• web2'), true);
  });

  it('shows output that tries to take over the screen as text', async () => {
    const record = new Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'npm' });
    record.output('web1', 'npm', '\x1b[2J\x1b[H\x1b]0;owned\x07 10%\r 90%\rrefused\x1b[?1049h\n');
    const screen = await new Screen(90, 24).play(record.fail('web1', 'npm', { kind: 'exit', code: 1 }).events);
    assert.deepEqual((await screen.wait(100)).visible().slice(2), [
      '✗ web1 could not install packages: it ended with exit code 1.',
      '  │ refused',
      '✗ web1  build              failed: install packages',
    ]);
  });

  it('shows the output of the first failures only when many hosts fail alike', async () => {
    const record = new Recording(manyHosts(20)).start();
    for (const host of record.hosts) {
      record.add({ type: 'step.started', host, step: 'npm' }).output(host, 'npm', 'no space left\n');
      record.fail(host, 'npm', { kind: 'exit', code: 1 });
    }
    const rows = (await (await new Screen(90, 24).play(record.events)).end()).all();
    assert.equal(rows.filter((row) => row === '  │ no space left').length, 4);
    assert.equal(rows.filter((row) => row.startsWith('✗ web')).length, 20);
  });
});

function manyHosts(many: number): string[] {
  return Array.from({ length: many }, (_, index) => `web${String(index + 1).padStart(2, '0')}`);
}

function before(record: Recording, type: EventType): Recording['events'] {
  return record.events.slice(0, firstOf(record, type));
}

function after(record: Recording, type: EventType): Recording['events'] {
  return record.events.slice(firstOf(record, type));
}

function firstOf(record: Recording, type: EventType): number {
  return record.events.findIndex((event) => event.type === type);
}
