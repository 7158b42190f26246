import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { sudoersLine, unitFile } from '../../src/plan/processes/units.ts';
import { ended, project } from '../cli/kit.ts';
import { aHost, aProcess, settingsFor } from '../kit/wishes.ts';
import { workspace, write } from '../source/kit.ts';

const host = aHost('web1', { deployPath: '/srv/my 100% shop', user: 'ann' });
const app = aProcess('app', { run: 'echo "a \\ $HOME" 100%; exec node server.js', manager: 'systemd', stopMs: 2500 });
const settings = settingsFor([host], { processes: [app, aProcess('mailer')] });

describe('the unit of a process', () => {
  it('runs what the config says in the release that its instance names, as the user that connects', () => {
    const { path, text } = unitFile(settings, host, app);
    assert.equal(path, '/etc/systemd/system/shop-production-app@.service');
    assert.equal(
      text,
      `[Unit]
Description=shop app of production, release %i
After=network.target
# It is tried again for as long as it takes, and nothing is kept of a release that is gone.
StartLimitIntervalSec=0
CollectMode=inactive-or-failed

[Service]
# As whom Cutover connects.
User=ann
WorkingDirectory=/srv/my 100%% shop/releases/%i
EnvironmentFile=/srv/my 100%% shop/.cutover/processes/%i/app/environment
ExecStart=/bin/sh -c "echo \\"a \\\\ $$HOME\\" 100%%; exec node server.js"
# The signal is for all that it started.
KillMode=control-group
KillSignal=SIGTERM
TimeoutStopSec=3
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`,
    );
  });

  it('makes room for its socket and lets the web server connect to it, however often it is started', () => {
    const listens = { ...app, listen: { kind: 'socket' as const, file: "run/a 'b'.sock", mode: '660', toPort: false } };
    const { text } = unitFile(settings, host, listens);
    assert.match(text, /^ExecStartPre=\/bin\/rm -f "run\/a 'b'\.sock"$/m);
    assert.match(text, /^ExecStartPost=\/bin\/sh -c ".* chmod 660 'run\/a '\\\\''b'\\\\''\.sock'\) &"$/m);
  });

  it('runs the bridge of a program that can only listen on a port, which it finds in its environment', () => {
    const { text } = unitFile(settings, host, { ...app, run: "npm run 'start'", listen: { ...listen, toPort: true } });
    assert.match(text, /^ExecStart=\/bin\/sh -c "exec node \\"\$\$CUTOVER_BRIDGE\\" 'npm run '\\\\''start'\\\\'''"$/m);
  });

  const listen = { kind: 'socket', file: 'app.sock', mode: '666', toPort: false } as const;
  const analyze = spawnSync('systemd-analyze', ['--version']).error === undefined;
  for (const manager of ['systemd', 'systemd-user'] as const)
    it(`is sound for systemd itself: ${manager}`, { skip: analyze ? false : 'there is no systemd-analyze' }, (t) => {
      const directory = workspace(t);
      const { path, text } = unitFile(settings, aHost('web1', { user: 'root' }), { ...app, manager, listen });
      write(directory, { [basename(path)]: text });
      const flags = manager === 'systemd-user' ? ['--user'] : [];
      const file = join(directory, basename(path));
      const asked = spawnSync('systemd-analyze', [...flags, '--man=no', '--generators=no', 'verify', file], {
        encoding: 'utf8',
        env: { ...process.env, XDG_RUNTIME_DIR: directory },
      });
      const about = asked.stderr.split('\n').filter((line) => line.includes('shop-production-app@'));
      assert.deepEqual(about, [], asked.stderr);
    });

  it('is another one in another stage, which may be on the same host', () => {
    const { name } = unitFile({ ...settings, stage: 'staging' }, host, app);
    assert.equal(name, 'shop-staging-app@.service');
  });

  it('lets the user do as root what is done, to units of releases, and nothing more', () => {
    const line = sudoersLine(settings, 'ann') ?? '';
    assert.match(
      line,
      /^ann ALL=\(root\) NOPASSWD: \/usr\/bin\/systemctl start shop-production-app@(?:\[0-9\]){14}\.service, /,
    );
    assert.match(line, /systemctl disable --quiet shop-production-app@(?:\[0-9\]){14}\.service$/);
    assert.doesNotMatch(line, /mailer|\*/);
    assert.equal(sudoersLine(settingsFor([host]), 'ann'), null);
  });
});

it('cutover units shows each once, with its hosts, and says so where there is none', async (t) => {
  const on = project(t, { config: { recipe: 'node', processManager: 'systemd-user' } });
  const call = ended(await on.cutover('units', '--host', 'one'), 0);
  assert.match(call.out, /^# ~\/\.config\/systemd\/user\/shop-production-app@\.service \(one\)\n\[Unit\]/);
  assert.match(call.out, /ExecStart=\/bin\/sh -c "npm start"/);
  assert.doesNotMatch(call.out, /sudoers|User=/);
  assert.match(
    ended(await on.cutover('units', '--set', 'processManager=own'), 3).err,
    /nothing need be put on the hosts/,
  );
});
