import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Settings } from '../../src/model/settings.ts';
import { logins } from '../../src/plan/doctor/logins.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { examine } from '../../src/report/findings/examine.ts';
import type { Finding } from '../../src/report/findings/finding.ts';
import { parseGathered } from '../../src/report/findings/web/gathered.ts';
import { shells } from '../kit/place.ts';
import { aHost, aProcess, noonMs, settingsFor } from '../kit/wishes.ts';
import { type Lifetime, workspace, write } from '../source/kit.ts';

const ofLogin = '0::/user.slice/user-1000.slice/session-7.scope\n';
const ofService = '0::/system.slice/ssh.service\n';

describe('the look at what becomes of a login that is over', () => {
  for (const shell of shells)
    it(`finds a host that ends what runs detached, and one that was mended as it said, in ${shell[0]}`, (t) => {
      const bad = aHostThat(t, {
        'etc/systemd/logind.conf': '[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n',
      });
      const [finding] = bad.look(shell);
      assert.equal(finding?.level, 'warning');
      assert.match(finding?.sentence ?? '', /ends all that deploy has started as soon as the connection is closed/);
      const [, text = '', path = ''] = /printf '(.*)' > \/(\S+)/.exec(finding?.mend ?? '') ?? [];
      assert.equal(path, 'etc/systemd/logind.conf.d/cutover.conf');
      write(bad.directory, { [path]: text.replaceAll('\\n', '\n') });
      assert.deepEqual(bad.look(shell), []);
    });

  it('finds a problem where the application’s own processes would end', (t) => {
    const bad = aHostThat(t, { 'usr/lib/systemd/logind.conf.d/a.conf': '[Login]\n KillUserProcesses = true\n' });
    const [finding] = bad.look(['dash'], { processes: [aProcess('web')] });
    assert.equal(finding?.level, 'problem');
    assert.match(finding?.sentence ?? '', /the processes of the application end with the deployment/);
    assert.equal(bad.look(['dash'], { processes: [aProcess('web', { manager: 'systemd' })] })[0]?.level, 'warning');
  });

  for (const [name, files, cgroup] of [
    ['nothing is said', {}, ofLogin],
    [
      'a later file says no',
      {
        'usr/lib/systemd/logind.conf.d/a.conf': 'KillUserProcesses=yes',
        'etc/systemd/logind.conf.d/a.conf': 'KillUserProcesses=no',
      },
      ofLogin,
    ],
    ['only others are meant', { 'etc/systemd/logind.conf': 'KillUserProcesses=yes\nKillOnlyUsers=ann bob' }, ofLogin],
    ['a connection is no login of systemd', { 'etc/systemd/logind.conf': 'KillUserProcesses=yes' }, ofService],
  ] as const)
    it(`says nothing where ${name}`, (t) => assert.deepEqual(aHostThat(t, files, cgroup).look(['dash']), []));
});

/** A host with these files of systemd, and the control group of the connection. */
function aHostThat(t: Lifetime, files: Readonly<Record<string, string>>, cgroup = ofLogin) {
  const directory = workspace(t);
  mkdirSync(join(directory, 'etc'));
  write(directory, { ...files, cgroup });
  const config = ['usr/lib', 'run', 'etc'].map((place) => join(directory, place));
  const script = String(logins({ config, cgroup: join(directory, 'cgroup') }));
  return {
    directory,
    look([command, ...leading]: readonly [string, ...string[]], more: Partial<Settings> = {}): readonly Finding[] {
      const { stdout } = spawnSync(command, [...leading, '-c', `set -eu\n${script}`], { encoding: 'utf8' });
      const host = aHost('web1');
      return examine({
        host,
        settings: settingsFor([host], more),
        facts: { ...memoryFacts(emptyHost(), '2026-03-22T12:00:00Z'), user: 'deploy' },
        refusals: [],
        swap: null,
        gathered: null,
        logins: parseGathered(stdout),
        aheadMs: 0,
        noise: '',
        nowMs: noonMs,
      }).filter(({ name }) => name === 'logout');
    },
  };
}
