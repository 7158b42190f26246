import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HostFacts } from '../../src/model/facts.ts';
import type { Settings } from '../../src/model/settings.ts';
import { type Examined, examine, unreached } from '../../src/report/findings/examine.ts';
import type { Finding, FindingName, Level } from '../../src/report/findings/finding.ts';
import { findingLines } from '../../src/report/findings/lines.ts';
import { clockToleranceMs } from '../../src/report/findings/system.ts';
import { parseGathered } from '../../src/report/findings/web/gathered.ts';
import { aHook, aHost, noonMs, settingsFor } from '../kit/wishes.ts';

const host = aHost('web1');

const facts: HostFacts = {
  system: 'Linux',
  user: 'deploy',
  clock: new Date(noonMs).toISOString(),
  deployPath: { kind: 'directory' },
  identity: null,
  closed: [],
  current: { kind: 'nothing' },
  directories: [],
  oddDirectories: [],
  records: [],
  damagedRecords: [],
  leftovers: [],
  activations: [],
  owed: [],
  processes: [],
  lock: { kind: 'free' },
  shared: {},
  misplaced: [],
  trees: {},
  tools: ['git', 'tar', 'curl'],
  foreign: { kind: 'none' },
  foreignLock: null,
  linked: [],
  freeKilobytes: 10_000_000,
  freeInodes: 1_000_000,
  isRemoving: false,
  releaseKilobytes: null,
};

type Change = Partial<Omit<Examined, 'facts' | 'settings'>> & {
  readonly facts?: Partial<HostFacts>;
  readonly settings?: Partial<Settings>;
};

function examined({ facts: some = {}, settings = {}, ...more }: Change): readonly Finding[] {
  return examine({
    host,
    settings: settingsFor([host], settings),
    facts: { ...facts, ...some },
    refusals: [],
    swap: null,
    logins: null,
    gathered: null,
    aheadMs: 0,
    noise: '',
    nowMs: noonMs,
    ...more,
  });
}

const httpCheck = {
  kind: 'http',
  name: 'up',
  url: 'http://localhost/',
  from: 'host',
  resolve: null,
  headers: {},
  expect: { status: 200, body: null, headers: {} },
  retry: { withinMs: 1000, everyMs: 100 },
  hosts: ['web1'],
} as const;
const acl = { paths: ['storage'], way: 'acl', user: 'www-data', group: null } as const;
const sharedFile = { type: 'file', from: '.env', to: '.env', required: true } as const;
const hook = aHook({ when: 'before', phase: 'build', hosts: ['web1'], user: 'bob' });
const noSwap = { failure: { kind: 'exit', code: 78 }, output: 'No tool on this host can.\n' } as const;

const cases: readonly (readonly [name: FindingName, level: Level | null, words: RegExp, change: Change])[] = [
  ['reachable', 'ok', /As deploy, on Linux/, {}],
  ['login-shell', null, /./, { noise: '\n \r\n' }],
  [
    'login-shell',
    'warning',
    /first “Welcome to web1”\. .*scp, rsync and git/,
    { noise: '\n\x1b]0;title\x07\x1b[1mWelcome\x1b[0m to web1\r\nlast login: never\n' },
  ],
  ['login-shell', 'warning', /first “x{60}…”/, { noise: `${'x'.repeat(99)}\n` }],
  ['clock', 'ok', /Goes as the one of this machine/, { aheadMs: clockToleranceMs }],
  ['clock', 'warning', /2 minutes behind the one of this machine/, { aheadMs: -120_000 }],
  ['clock', 'warning', /1 minute ahead of the one/, { aheadMs: 60_000 }],
  ['tools', 'ok', /^git, tar, curl\.$/, { settings: { checks: [httpCheck] } }],
  ['tools', 'problem', /no curl and no node and no php/, { facts: { tools: [] }, settings: { checks: [httpCheck] } }],
  ['tools', 'ok', /./, { facts: { tools: [] }, settings: { checks: [{ ...httpCheck, from: 'here' }] } }],
  ['tools', 'problem', /no setfacl, .*needs/, { settings: { writable: acl } }],
  ['tools', 'problem', /no sudo, through which hooks run as another user/, { settings: { hooks: [hook] } }],
  ['swap', 'problem', /^No tool on this host can\.$/, { swap: noSwap }],
  [
    'swap',
    'problem',
    /web1 could not try the swap: it was stopped/,
    { swap: { failure: { kind: 'timeout', afterMs: 9000 }, output: '' } },
  ],
  ['delivery', 'ok', /only what the host lacks/, {}],
  ['delivery', 'ok', /each time whole/, { facts: { tools: ['tar'] } }],
  ['delivery', 'problem', /install tar/, { refusals: [{ kind: 'missing-tools', host: 'web1', needs: [['tar']] }] }],
  [
    'deploy-path',
    'ok',
    /does not exist yet and can be made/,
    { facts: { deployPath: { kind: 'missing', canCreate: true } } },
  ],
  [
    'deploy-path',
    'problem',
    /is not a directory/,
    { refusals: [{ kind: 'deploy-path-unusable', host: 'web1', path: '/srv/shop' }] },
  ],
  ['current', 'ok', /Nothing is in service yet/, {}],
  ['current', 'ok', /^r1 is in service/, { facts: { current: { kind: 'release', release: 'r1', exists: true } } }],
  ['current', 'warning', /which is gone/, { facts: { current: { kind: 'release', release: 'r1', exists: false } } }],
  [
    'current',
    'problem',
    /^Current is a real file/,
    { refusals: [{ kind: 'current-not-a-release', host: 'web1', target: null }] },
  ],
  ['records', null, /./, {}],
  ['records', 'warning', /what is none: backup/, { facts: { oddDirectories: ['backup'] } }],
  ['records', 'problem', /x\.json/, { refusals: [{ kind: 'damaged-records', host: 'web1', files: ['x.json'] }] }],
  ['layout', null, /./, {}],
  [
    'layout',
    'problem',
    /^This deploy path was made by deployer/,
    { refusals: [{ kind: 'other-layout', host: 'web1', found: 'deployer', layout: 'envoyer' }] },
  ],
  [
    'lock',
    'warning',
    /does not say by whom: it is never taken over\. .*"cutover unlock" frees it/,
    { refusals: [{ kind: 'locked', host: 'web1', holder: null, stage: 'production' }] },
  ],
  ['shared-files', null, /./, {}],
  [
    'shared-files',
    'ok',
    /^\.env there\.$/,
    { facts: { shared: { '.env': 'file' } }, settings: { shared: [sharedFile] } },
  ],
  [
    'shared-files',
    'warning',
    /^\.env is empty\.$/,
    { facts: { shared: { '.env': 'empty' } }, settings: { shared: [sharedFile] } },
  ],
  ['adoptable', null, /./, {}],
  [
    'adoptable',
    'ok',
    /Made by Capistrano: found 2 releases/,
    { facts: { foreign: { kind: 'capistrano', served: ['1', '2'], revisions: {} } } },
  ],
  ['space', 'ok', /^9\.5 GB are free/, {}],
  ['space', 'warning', /^Only 500 MB are free/, { facts: { freeKilobytes: 512_000 } }],
  ['space', 'problem', /^Only 9 MB/, { facts: { freeKilobytes: 10_000 } }],
  ['inodes', 'warning', /^Only 9,000 more files/, { facts: { freeInodes: 9000 } }],
  ['inodes', 'problem', /^Only 90 more files/, { facts: { freeInodes: 90 } }],
  ['inodes', null, /./, { facts: { freeInodes: null } }],
];

describe('the examination of a host', () => {
  for (const [shell, mend] of [
    ['/usr/bin/bash', /first line of ~\/\.bashrc/],
    ['/bin/zsh', /to ~\/\.zshrc/],
    ['/bin/sh', /look into ~\/\.ssh\/rc/],
  ] as const)
    it(`says how the login shell ${shell} is made quiet`, () => {
      const found = examined({ noise: 'Hello\n', logins: parseGathered(`=== shell\n ${shell}\n`) });
      assert.match(found.find(({ name }) => name === 'login-shell')?.mend ?? '', mend);
    });

  for (const [name, level, words, change] of cases)
    it(`finds ${name} ${level ?? 'not worth a word'}: ${words.source}`, () => {
      const found = examined(change).filter((finding) => finding.name === name);
      assert.deepEqual(
        found.map((finding) => finding.level),
        level === null ? [] : [level],
      );
      for (const finding of found) assert.match(finding.sentence, words);
    });

  it('ends every sentence and every advice', () => {
    const all = cases.flatMap(([, , , change]) => examined(change));
    const loose = all.flatMap(({ sentence, mend }) => [sentence, mend ?? '.']).filter((text) => !/[.:?>]$/.test(text));
    assert.deepEqual(loose, []);
  });

  it('tells why hosts were not reached and what to do, the same of all that have the same to say', () => {
    const gone = (name: string) => ({ host: { name }, failure: noAnswer, output: '' });
    const found = unreached(['web1', 'web2'].map(gone));
    const sentence = 'It could not be reached: it did not answer in time.';
    const mend =
      'See that each of them is up and that no firewall drops what this machine sends. If `cutover ssh web1` gets in, a login file waits for input there, or starts another shell.';
    const common = { name: 'reachable', level: 'problem', sentence, mend, fixes: [] };
    assert.deepEqual(found, [
      { ...common, host: 'web1' },
      { ...common, host: 'web2' },
    ]);
    assert.match(unreached([gone('web1')])[0]?.mend ?? '', /See that web1 is up/);
  });
});

const noAnswer = { kind: 'unreachable', reason: 'no-answer', message: '' } as const;

describe('the processes of the release in service', () => {
  const at = (state: 'runs' | 'ended' | 'host-restarted', release = '20260322120000') =>
    examined({
      facts: {
        current: { kind: 'release', release: '20260322120000', exists: true },
        processes: [{ release, name: 'app', state, unit: null }],
      },
    }).find(({ name }) => name === 'app-processes');

  it('are a problem when they ended with the host, and those of other releases are not', () => {
    assert.equal(at('host-restarted')?.level, 'problem');
    assert.match(
      at('host-restarted')?.sentence ?? '',
      /^App of 20260322120000 does not run since the host was restarted: /,
    );
    assert.match(at('ended')?.sentence ?? '', /does not run any more/);
    assert.deepEqual([at('runs'), at('host-restarted', '20260301000000')], [undefined, undefined]);
  });
});

describe('the table of findings', () => {
  const ok: Finding = { name: 'lock', level: 'ok', host: 'web1', sentence: 'Nobody holds it.', mend: null, fixes: [] };
  const bad: Finding = {
    name: 'deploy-path',
    level: 'problem',
    host: 'web3',
    sentence: 'Is full.',
    mend: 'Empty it.',
    fixes: [],
  };

  const piped = { colour: false, columns: null };

  it('shows hosts with the same findings together, and what to do below', () => {
    assert.deepEqual(findingLines([ok, { ...ok, host: 'web2' }, bad], piped), [
      'web1 and web2',
      '  ✓ lock  Nobody holds it.',
      '',
      'web3',
      '  ✗ deploy-path  Is full.',
      '                 → Empty it.',
      '',
      '✗ 1 problem: a deployment would not succeed.',
    ]);
  });

  for (const [findings, line] of [
    [[ok], '✓ The host is ready for a deployment.'],
    [[ok, { ...ok, host: 'web2', level: 'warning' }], '✓ All 2 hosts are ready for a deployment, 1 warning.'],
    [[bad, { ...ok, level: 'warning' }], '✗ 1 problem, 1 warning: a deployment would not succeed.'],
  ] as const)
    it(`ends with: ${line}`, () => assert.equal(findingLines(findings, piped).at(-1), line));

  it('fits a terminal, each sentence below itself', () => {
    const sentence = 'Is full, and nobody knows since when that is so.';
    const mend = 'Empty it before anything else is put there.';
    assert.deepEqual(findingLines([{ ...bad, sentence, mend }], { colour: true, columns: 46 }).map(bare), [
      'web3',
      '  ✗ deploy-path  Is full, and nobody knows',
      '                 since when that is so.',
      '                 → Empty it before anything',
      '                   else is put there.',
      '',
      '✗ 1 problem: a deployment would not succeed.',
    ]);
  });

  it('lets nothing of a host move the cursor', () => {
    assert.doesNotMatch(findingLines([{ ...ok, sentence: 'a\x1b[2Jb' }], piped).join(''), /\x1b/);
  });
});

function bare(line: string): string {
  return line.replaceAll(/\x1b\[[\d;]*m/g, '');
}
