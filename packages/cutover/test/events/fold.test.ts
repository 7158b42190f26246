import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../src/events/event.ts';
import { fold } from '../../src/events/fold.ts';
import { type DeploymentState, type HostStanding, initialState } from '../../src/events/state.ts';
import { tailCharacters, tailLines } from '../../src/events/tail.ts';
import * as recordings from './recording.ts';

const stories: readonly (readonly [string, () => recordings.Recording, Record<string, HostStanding>])[] = [
  ['a success leaves every host done', recordings.succeeded, { web1: 'done', web2: 'done', web3: 'done' }],
  [
    'a failed build leaves every host undone',
    recordings.failedBuild,
    { web1: 'undone', web2: 'undone', web3: 'undone' },
  ],
  ['a host that cannot be put back is stuck', recordings.stuckHost, { web1: 'undone', web2: 'stuck', web3: 'undone' }],
  ['a lost host that came back is undone', recordings.lostHost, { web1: 'undone', web2: 'undone', web3: 'undone' }],
  [
    'a host that was away for a while is done as if nothing had been',
    recordings.reattached,
    { web1: 'done', web2: 'done' },
  ],
  ['a cancelled deployment is undone', recordings.cancelled, { web1: 'undone' }],
  [
    'a tolerated failure does not keep a host from being done',
    recordings.warned,
    { web1: 'done', web2: 'done', web3: 'done' },
  ],
  ['a held lock leaves the host as it was', recordings.locked, { web1: 'undone' }],
];

describe('fold', () => {
  for (const [name, record, hosts] of stories) {
    it(name, () => {
      const state = folded(record().events);
      assert.deepEqual(standings(state), hosts);
      assert.deepEqual(state.doubts, []);
    });
  }

  it('keeps with a failure the place, the title and the last lines of exactly its step', () => {
    const [failure] = folded(recordings.failedBuild().events).failures;
    assert.deepEqual(failure, {
      during: 'step',
      host: 'web2',
      step: 'npm',
      title: 'install packages',
      phase: 'build',
      failure: { kind: 'exit', code: 1 },
      output: 'npm error code ENOSPC\nnpm error no space left\n',
      at: '2026-11-23T14:57:12.400Z',
    });
  });

  it('tells a lost host once, and once more when it cannot be undone', () => {
    const lost = folded(recordings.lostHost().events).failures;
    assert.deepEqual(
      lost.map(({ during, step }) => [during, step]),
      [['step', 'receive']],
    );
    const stuck = folded(recordings.stuckHost().events).failures;
    assert.deepEqual(
      stuck.map(({ during }) => during),
      ['step', 'undo'],
    );
  });

  it('knows where each host is while it is there', () => {
    const events = recordings.failedBuild().events;
    const state = folded(
      events.slice(
        0,
        events.findIndex(({ type }) => type === 'step.failed'),
      ),
    );
    const { phase, step, stepTitle, state: standing } = state.hosts['web2'] ?? assert.fail();
    assert.deepEqual(
      { phase, step, stepTitle, standing },
      { phase: 'build', step: 'npm', stepTitle: 'install packages', standing: 'running' },
    );
    assert.equal(state.hosts['web1']?.state, 'waiting');
    assert.deepEqual(
      state.phases.map((each) => each.state),
      ['done', 'done', 'running', 'waiting', 'waiting'],
    );
  });

  it('leaves no phase running when all is over', () => {
    const { phases } = folded(recordings.failedBuild().events);
    assert.deepEqual(
      phases.map(({ state }) => state),
      ['done', 'done', 'failed', 'waiting', 'waiting'],
    );
  });

  it('keeps a bounded tail of output', () => {
    const record = new recordings.Recording(['web1']).start().add({ type: 'step.started', host: 'web1', step: 'npm' });
    for (let line = 1; line <= 20_000; line++) record.output('web1', 'npm', `line ${line} of a talkative build\n`);
    const before = folded(record.events);
    assert.ok((before.hosts['web1']?.output.length ?? 0) <= 2 * tailCharacters);
    const rows = folded(record.fail('web1', 'npm', { kind: 'exit', code: 1 }).events)
      .failures[0]?.output.trimEnd()
      .split('\n');
    assert.equal(rows?.length, tailLines);
    assert.equal(rows?.at(-1), 'line 20000 of a talkative build');
  });

  it('folds an event that comes again only once', () => {
    const { events } = recordings.failedBuild();
    assert.deepEqual(folded(events.flatMap((event) => [event, event])), folded(events));
  });

  it('names the events that are missing', () => {
    const events = recordings.succeeded().events.filter(({ seq }) => seq !== 3 && seq !== 7 && seq !== 8);
    assert.deepEqual(folded(events).doubts, [
      { kind: 'gap', from: 3, to: 3 },
      { kind: 'gap', from: 7, to: 8 },
    ]);
  });

  it('names an event of a type that it does not know, and leaves the state alone', () => {
    const known = folded(recordings.failedBuild().events);
    const newer = JSON.parse(
      `{"seq":${known.lastSeq + 1},"at":"2027-01-01T00:00:00Z","type":"release.signed"}`,
    ) as Event;
    const doubts = [{ kind: 'unknown-type', seq: newer.seq, type: 'release.signed' }];
    assert.deepEqual(fold(known, newer), { ...known, doubts, lastSeq: newer.seq });
  });

  it('never changes a state that it was given', () => {
    for (const [, record] of stories) {
      record().events.reduce((state, event) => fold(frozen(state), frozen(event)), initialState);
    }
  });

  it('never throws, whatever part of whatever story it sees, and says where something is missing', () => {
    const all = stories.map(([, record]) => record().events);
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.nat(60), fc.array(fc.nat(60)), (events, length, dropped) => {
        const part = events.slice(0, length).filter(({ seq }) => !dropped.includes(seq));
        const { doubts, lastSeq } = folded(part);
        const missing = doubts.reduce((sum, doubt) => sum + (doubt.kind === 'gap' ? doubt.to - doubt.from + 1 : 0), 0);
        assert.equal(missing, lastSeq - part.length);
      }),
    );
  });
});

function folded(events: readonly Event[]): DeploymentState {
  return events.reduce(fold, initialState);
}

function standings(state: DeploymentState): Record<string, HostStanding> {
  return Object.fromEntries(Object.values(state.hosts).map((host) => [host.host, host.state]));
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
}
