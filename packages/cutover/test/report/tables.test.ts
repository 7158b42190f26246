import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { historyTable, type ReleaseRow, releaseTables, statusTable } from '../../src/report/tables.ts';

const view = { nowMs: Date.parse('2026-11-23T15:00:00Z'), colour: false, columns: null };

const live: ReleaseRow = {
  name: '20261123145709',
  state: 'live',
  revision: 'a1b2c3d4e5',
  ref: 'main',
  author: 'Ann',
  message: 'Add the basket',
  by: 'ann@laptop',
  at: '2026-11-23T14:57:09Z',
  marks: ['in service'],
};
const bad: ReleaseRow = {
  ...live,
  name: '20261122090000',
  state: 'bad',
  author: '東京 Ken',
  message: `Break everything ${'very '.repeat(20)}thoroughly`,
  at: '2026-11-22T09:00:00Z',
  marks: [],
};

describe('tables', () => {
  it('the status names each host and what it serves', () => {
    const web1 = {
      host: 'web1',
      name: live.name,
      state: 'live',
      revision: live.revision,
      ref: 'main',
      by: 'ann@laptop',
    } as const;
    const gone = { host: 'web10', name: null, state: null, revision: null, ref: null, by: null, at: null };
    assert.equal(
      statusTable(
        [
          { ...web1, at: live.at, marks: [], notes: [] },
          { ...gone, marks: ['could not be reached'], notes: [] },
        ],
        view,
      ).join('\n'),
      `host   release         state  revision    ref   since          by
web1   20261123145709  live   a1b2c3d4e5  main  2 minutes ago  ann@laptop
web10  –                                                                   could not be reached`,
    );
  });

  it('releases are told once for hosts that have the same ones', () => {
    assert.equal(
      releaseTables([{ hosts: ['web1', 'web2'], rows: [live, bad] }], view).join('\n'),
      `release         state  revision    ref   since          by          author    message
20261123145709  live   a1b2c3d4e5  main  2 minutes ago  ann@laptop  Ann       Add the basket                                    in service
20261122090000  bad    a1b2c3d4e5  main  yesterday      ann@laptop  東京 Ken  Break everything very very very very very very …`,
    );
    assert.deepEqual(
      releaseTables(
        [
          { hosts: ['web1'], rows: [] },
          { hosts: ['web2', 'web3'], rows: [] },
        ],
        view,
      ),
      ['web1', 'No releases yet.', '', 'web2 and web3', 'No releases yet.'],
    );
  });

  it('the history leaves out the columns that are empty', () => {
    const prune = { name: null, revision: null, ref: null, message: null, by: 'ann@laptop', at: live.at ?? '' };
    assert.equal(
      historyTable(
        [
          { ...prune, deployment: '20261123145709-k3p7', kind: 'prune', outcome: 'succeeded', tookMs: 900 },
          { ...prune, deployment: '20261123145609-a2b3', kind: 'prune', outcome: null, tookMs: null },
        ],
        view,
      ).join('\n'),
      `   deployment           kind   outcome    when           took   by
✓  20261123145709-k3p7  prune  succeeded  2 minutes ago  0.9 s  ann@laptop
!  20261123145609-a2b3  prune  no end     2 minutes ago         ann@laptop`,
    );
    assert.deepEqual(historyTable([], view), ['No deployments yet.']);
  });

  it('fit a terminal: what can be done without goes first, and of a message there is always the beginning', () => {
    const groups = [{ hosts: ['web1'], rows: [live, { ...bad, marks: ['can be rolled back to'] }] }];
    assert.equal(
      releaseTables(groups, { ...view, columns: 100 }).join('\n'),
      `release         state  revision    ref   since          message
20261123145709  live   a1b2c3d4e5  main  2 minutes ago  Add the basket         in service
20261122090000  bad    a1b2c3d4e5  main  yesterday      Break everything ver…  can be rolled back to`,
    );
    assert.equal(
      releaseTables(groups, { ...view, columns: 80 }).join('\n'),
      `release         state  since          message
20261123145709  live   2 minutes ago  Add the basket       in service
20261122090000  bad    yesterday      Break everything v…  can be rolled back to`,
    );
    for (const columns of [80, 100, 120, 160])
      for (const line of releaseTables(groups, { ...view, columns })) assert.ok(line.length <= columns, line);
  });

  it('colours do not change the columns', () => {
    const strip = (text: string): string => text.replaceAll(/\x1b\[\d+m/g, '').trimEnd();
    const coloured = releaseTables([{ hosts: ['web1'], rows: [live, bad] }], { ...view, colour: true });
    assert.deepEqual(coloured.map(strip), releaseTables([{ hosts: ['web1'], rows: [live, bad] }], view));
  });
});
