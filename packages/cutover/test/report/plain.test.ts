import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plainFace } from '../../src/report/plain.ts';
import * as recordings from '../events/recording.ts';
import { Recording } from '../events/recording.ts';

const headline = 'Deploying shop to production: main a1b2c3d4e5 “Add the basket”, as 20261123145709';

const stories: readonly (readonly [string, Recording, string])[] = [
  [
    'tells a success step by step',
    recordings.succeeded(['web1']),
    `${headline}
== lock
[web1] take the lock
== prepare
[web1] make the release directory
[web1] receive the code
== build
[web1] install packages
== activate
[web1] put the release in service
== finish
[web1] restart workers

✓ Deployed shop to production in 0.6 seconds.
  In service on web1: 20261123145709 (a1b2c3d4e5, main)
`,
  ],
  [
    'tells a failure with the last lines of exactly its step, and what was undone',
    without(recordings.failedBuild(), 'web3'),
    `${headline}
== lock
[web1] take the lock
[web2] take the lock
== prepare
[web1] make the release directory
[web2] make the release directory
[web1] receive the code
[web2] receive the code
== build
[web1] install packages
[web2] install packages
[web1] install packages: 2.5 s
✗ web2 could not install packages: it ended with exit code 1.
  │ npm error code ENOSPC
  │ npm error no space left
[web1] remove the release directory
[web2] remove the release directory

✗ The deployment failed after 3.6 seconds and was undone.
  web2 could not install packages: it ended with exit code 1.
  In service on web1, web2 and web3: 20261122090000
  Nothing need be put right: what served before still serves.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\`
`,
  ],
  [
    'tells that a connection is gone and back, and that nothing failed',
    without(recordings.reattached(), 'web1'),
    `${headline}
== lock
[web2] take the lock
== prepare
[web2] make the release directory
[web2] receive the code
== build
[web2] install packages
[web2] The connection to web2 was lost. It is tried again; what runs there goes on.
[web2] It answers again after 9 seconds: nothing was missed.
[web2] install packages: 13 s
== activate
[web2] put the release in service
== finish
[web2] restart workers

✓ Deployed shop to production in 14 seconds.
  In service on web1 and web2: 20261123145709 (a1b2c3d4e5, main)
`,
  ],
  [
    'tells a warning that stopped nothing',
    recordings.warned(),
    `== finish
[web1] restart workers
! web1 could not restart workers: it ended with exit code 5.
  │ no such unit
[web2] restart workers
[web3] restart workers

✓ Deployed shop to production in 1.7 seconds.
  In service on web1, web2 and web3: 20261123145709 (a1b2c3d4e5, main)
! 1 step failed without stopping it; see above.
`,
  ],
  [
    'tells who asked for it to stop',
    recordings.cancelled(),
    `ann@laptop asked for the deployment to stop.
• web1 could not install packages: it was cancelled.
[web1] remove the release directory

✗ The deployment was cancelled after 3.4 seconds and undone.
  ann@laptop asked for it to stop.
  In service on web1: 20261122090000
  Nothing need be put right: what served before still serves.
  All output: \`cutover logs 20261123145709-k3p7 --stage production\`
`,
  ],
  [
    'tells who holds the lock',
    recordings.locked(),
    `${headline}
== lock
[web1] take the lock
✗ web1 is locked by another deployment.
  It is held by bob@ci since 2026-11-23 14:55 UTC (2 minutes ago) for: 20261123145500 (process 4711, deployment 20261123145500-a2b3).
  Wait for the other deployment with \`--wait\`, or see who holds the lock with \`cutover status\`.

✗ The deployment was refused before it changed anything.
  web1 is locked by another deployment.
  It is held by bob@ci since 2026-11-23 14:55 UTC (2 minutes ago) for: 20261123145500 (process 4711, deployment 20261123145500-a2b3).
  In service on web1: 20261122090000
  Wait for the other deployment with \`--wait\`, or see who holds the lock with \`cutover status\`.
`,
  ],
];

describe('plain lines', () => {
  for (const [name, record, expected] of stories) {
    it(name, () => {
      const text = told(record, {});
      assert.equal(text.slice(-expected.length), expected);
    });
  }

  it('tells what many hosts do together, and each of them when asked to', () => {
    const hosts = Array.from({ length: 12 }, (_, i) => `web${i + 1}`);
    const record = new Recording(hosts).start().phase('lock');
    record.phase('prepare', (host, id) => record.step(host, id, host === 'web7' ? 2400 : 300)).end('succeeded');
    assert.equal(
      told(record, {}),
      `${headline}
== lock
take the lock
take the lock: 12 hosts, 0.1 s
== prepare
make the release directory
receive the code
make the release directory: 12 hosts, 0.3 s to 2.4 s
receive the code: 12 hosts, 0.3 s to 2.4 s

✓ Deployed shop to production in 13 seconds.
  In service on all 12 hosts: 20261123145709 (a1b2c3d4e5, main)
`,
    );
    assert.match(told(record, {}, true), /\[web7\] receive the code: 2.4 s/);
  });

  it('tells of a host that was gone when it was to be closed that it could not be reached', () => {
    assert.match(told(recordings.stuckHost(), {}), /^! web2 could not be reached: it did not answer in time\.$/m);
  });

  it('tells a step that only warns and was cancelled, or whose host is gone, once and not as one that failed by itself', () => {
    const cancelled = new Recording(['web1', 'web2']).start().fail('web2', 'restart', { kind: 'cancelled' }, true);
    const undone = told(cancelled.fail('web1', 'npm', { kind: 'exit', code: 1 }).end('undone'), {});
    assert.match(undone, /^• web2 could not restart workers: it was cancelled\.$/m);
    assert.doesNotMatch(undone, /^!/m);
    const failure = { kind: 'lost', message: 'Broken pipe' } as const;
    const gone = new Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'restart' });
    const lost = told(
      gone.add({ type: 'host.lost', host: 'web1', failure }).fail('web1', 'restart', failure, true).end('succeeded'),
      {},
    );
    assert.equal(lost.match(/The connection to web1 was lost/g)?.length, 1);
    assert.match(lost, /^! 1 step failed without stopping it/m);
  });

  it('does not send anybody after a lock where only the history could not be written', () => {
    const failure = { kind: 'exit', code: 2 } as const;
    const closing = (step: string) =>
      told(
        new Recording(['web1']).start().add({ type: 'closing.failed', host: 'web1', step, failure }).end('succeeded'),
        {},
      );
    assert.match(closing('unlock'), /A lock may be left on web1\.\n[^]*cutover unlock/);
    assert.doesNotMatch(closing('history'), /lock may be left|cutover unlock/);
    assert.match(closing('history'), /^! 1 step failed without stopping it; see above\.$/m);
  });

  it('shows of a very long line of a failed step its beginning and its end', () => {
    const record = new Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'npm' });
    record.output('web1', 'npm', `bundle: \x1b[31m${'x'.repeat(50_000)}\x1b[0m unexpected token`);
    const text = told(record.fail('web1', 'npm', { kind: 'exit', code: 1 }), {});
    assert.match(text, /^ {2}│ bundle: x{292} … x{283} unexpected token$/m);
  });

  it('shows what the steps print only when asked to, whole lines at a time', () => {
    const record = new Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'npm' });
    record.output('web1', 'npm', 'added ').output('web1', 'npm', '12 packages\n 10%\r').output('web1', 'npm', '100%');
    record.add({ type: 'step.succeeded', host: 'web1', step: 'npm' });
    assert.ok(told(record, {}, true).includes('[web1] install packages\n[web1]   added 12 packages\n[web1]   100%\n'));
    assert.ok(!told(record, {}).includes('added'));
  });

  it('folds phases for GitHub, and shows a failure outside of them', () => {
    const text = told(recordings.failedBuild(), { GITHUB_ACTIONS: 'true' });
    const lines = text.split('\n');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('::')),
      [
        '::group::lock',
        '::endgroup::',
        '::group::prepare',
        '::endgroup::',
        '::group::build',
        '::endgroup::',
        '::error::web2 could not install packages: it ended with exit code 1.',
      ],
    );
    assert.ok(
      lines.indexOf('::endgroup::', lines.indexOf('::group::build')) < lines.findIndex((line) => line.startsWith('✗')),
    );
  });

  it('keeps a fold open while an earlier phase ends on another host', () => {
    const record = new Recording(['web1', 'web2']).start().add({ type: 'phase.started', phase: 'lock' });
    record
      .step('web1', 'lock')
      .add({ type: 'phase.started', phase: 'prepare' })
      .step('web1', 'create')
      .step('web2', 'lock');
    record
      .add({ type: 'phase.ended', phase: 'lock' })
      .step('web2', 'create')
      .add({ type: 'phase.ended', phase: 'prepare' });
    const folds = told(record, { GITHUB_ACTIONS: 'true' })
      .split('\n')
      .filter((line) => line.startsWith('::'));
    assert.deepEqual(folds, ['::group::lock', '::endgroup::', '::group::prepare', '::endgroup::']);
  });

  it('lets no remote output command GitHub', () => {
    const record = new Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'npm' });
    record
      .output('web1', 'npm', '::set-env name=A::b\n##[add-mask]web\n')
      .fail('web1', 'npm', { kind: 'exit', code: 1 });
    for (const line of told(record, { GITHUB_ACTIONS: 'true' }, true).split('\n')) {
      assert.ok(!line.includes('##['), line);
      assert.ok(!line.trim().startsWith('::set-env'), line);
    }
  });

  it('folds phases for GitLab', () => {
    const text = told(recordings.succeeded(['web1']), { GITLAB_CI: 'true' });
    assert.ok(text.includes('\x1b[0Ksection_start:1795445829:cutover_build\r\x1b[0Kbuild\n'));
    assert.ok(text.includes('\x1b[0Ksection_end:1795445829:cutover_build\r\x1b[0K\n'));
  });

  it('says what is missing, and that a record has no end', () => {
    const record = new Recording(['web1']).start().phase('lock').phase('prepare');
    const face = plainFace({
      wrap: (lines) => lines,
      write: (text) => written.push(text),
      verbose: false,
      colour: false,
      env: {},
    });
    const written: string[] = [];
    for (const event of record.events.filter(({ seq }) => seq !== 4)) face.event(event);
    face.end();
    assert.equal(
      written.slice(-5).join(''),
      `
! The record of 20261123145709-k3p7 has no end.
  It still runs, or what drove it died. Look: \`cutover status --stage production\`
  If it died: \`cutover resume 20261123145709-k3p7 --stage production\` goes on, or takes it back with --undo.
! Event 4 is missing: what is shown here may not be all that happened.
`,
    );
  });
});

function told(record: Recording, env: Record<string, string>, verbose = false): string {
  let text = '';
  const face = plainFace({ wrap: (lines) => lines, write: (piece) => (text += piece), verbose, colour: false, env });
  record.events.forEach((event) => face.event(event));
  face.end();
  face.end();
  return text;
}

/** The same story, numbered anew, without the steps of one host. */
function without(record: Recording, host: string): Recording {
  const kept = record.events.filter((event) => !('host' in event) || event.host !== host);
  record.events.splice(0, record.events.length, ...kept.map((event, index) => ({ ...event, seq: index + 1 })));
  return record;
}
