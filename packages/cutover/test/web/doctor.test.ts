import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { freePort, startDaemon } from '../../src/demo/server/daemon.ts';
import { findPhpFpm, type PhpFpm, startPhpFpm } from '../../src/demo/server/php-fpm.ts';
import { askPool } from '../../src/plan/doctor/ask-pool.ts';
import { gather } from '../../src/plan/doctor/gather.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { examine } from '../../src/report/findings/examine.ts';
import type { Finding } from '../../src/report/findings/finding.ts';
import { parseGathered } from '../../src/report/findings/web/gathered.ts';
import { lines } from '../../src/shell/text.ts';
import { shells } from '../kit/place.ts';
import { aHost, noonMs, settingsFor } from '../kit/wishes.ts';
import { type Lifetime, snapshot, workspace, write } from '../source/kit.ts';

let fpm: PhpFpm;
const place = workspace({ after });
before(async () => {
  fpm = await startPhpFpm(findPhpFpm() ?? 'php-fpm', { directory: join(place, 'fpm'), workers: 1 });
});
after(() => fpm[Symbol.asyncDispose]());

describe('the look at a host’s servers', () => {
  for (const shell of shells)
    it(`finds a bad server bad and the mended one good, and changes nothing, in ${shell[0]}`, (t) => {
      const { directory, etc, deployPath } = badServer(t);
      const untouched = snapshot(directory);
      const bad = examined({ shell, etc, deployPath, socket: fpm.socket });
      assert.deepEqual(snapshot(directory), untouched);
      const troubles = bad.filter(({ level }) => level !== 'ok').map(({ name }) => name);
      for (const name of ['script-names', 'open-file-cache', 'schedules', 'file-times', 'baked-paths', 'writers'])
        assert.ok((troubles as readonly string[]).includes(name), `${name}: ${JSON.stringify(bad, null, 1)}`);
      assert.match(sentence(bad, 'units'), /is not there/);
      assert.match(sentence(bad, 'fpm-pool'), /^PHP \d+\.\d+\.\d+ answers at /);
      write(etc, { 'nginx/sites-enabled/shop': site(deployPath, '$realpath_root', 'off') });
      write(etc, { 'systemd/system/shop-app@.service': '[Unit]\nAfter=network.target\n' });
      const old = examined({ shell, etc, deployPath, socket: fpm.socket });
      assert.match(
        sentence(old, 'units'),
        /^shop-app@\.service is not as the config says now: Description=shop is missing/,
      );
      write(etc, { 'systemd/system/shop-app@.service': '[Unit]\nAfter=network.target\nDescription=shop\n' });
      const mended = examined({ shell, etc, deployPath, socket: fpm.socket });
      assert.match(sentence(mended, 'units'), /^shop-app@\.service is there\.$/);
      assert.match(sentence(mended, 'script-names'), /takes effect with the next request/);
      assert.equal(sentence(mended, 'open-file-cache'), '');
    });

  it('asks the Caddy that runs, whatever its file says by now, and what Caddy makes of the file where none runs', async (t) => {
    const { directory, etc, deployPath } = badServer(t);
    const port = await freePort();
    const file = join(etc, 'caddy/Caddyfile');
    write(etc, { 'caddy/Caddyfile': caddyfile(deployPath, port, '') });
    const caddy = await startDaemon({
      program: 'caddy',
      args: ['run', '--config', file],
      env: { PATH: process.env.PATH, HOME: directory },
      isReady: () =>
        fetch(`http://127.0.0.1:${port}/config/`).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
    t.after(() => caddy[Symbol.asyncDispose]());
    write(etc, { 'caddy/Caddyfile': caddyfile(deployPath, port, 'resolve_root_symlink') });
    const look = { shell: shells[0] ?? ['dash'], etc, deployPath, socket: fpm.socket } as const;
    rmSync(join(etc, 'nginx'), { recursive: true });
    assert.match(sentence(examined(look), 'script-names'), /without resolve_root_symlink/);
    await caddy[Symbol.asyncDispose]();
    assert.match(sentence(examined(look), 'script-names'), /^Caddy resolves the link/);
  });
});

/** PHP is in a file that is imported: only Caddy itself knows that. */
function caddyfile(deployPath: string, port: number, how: string): string {
  const site = `root * "${deployPath}/current/public"\n php_fastcgi 127.0.0.1:9000 {\n ${how}\n }`;
  return `{\n admin 127.0.0.1:${port}\n auto_https off\n}\n(site) {\n ${site}\n}\nhttp://127.0.0.1:0 {\n import site\n}\n`;
}

/** As Debian has it, with what people add. */
function badServer(t: Lifetime) {
  const directory = workspace(t);
  const [etc, deployPath] = [join(directory, 'etc'), join(directory, 'de ploy')];
  write(etc, {
    'nginx/nginx.conf': `http { include ${etc}/nginx/sites-enabled/*; }`,
    'nginx/sites-enabled/shop': site(deployPath, '$document_root', 'max=1000'),
    'cron.d/shop': `* * * * * root cd ${deployPath}/releases/20260304100000 && php artisan schedule:run\n`,
    'php/8.2/fpm/php-fpm.conf': '[global]\n',
  });
  const release = join(deployPath, 'releases/20260304100000');
  write(release, {
    'public/index.php': '<?php echo 1;',
    'public/app.js': '1',
    'bootstrap/cache/config.php': `<?php return '${deployPath}/current/storage';`,
  });
  for (const name of ['index.php', 'app.js']) utimesSync(join(release, 'public', name), 499_162_500, 499_162_500);
  symlinkSync('releases/20260304100000', join(deployPath, 'current'));
  mkdirSync(join(deployPath, '.cutover'), { mode: 0o777 });
  return { directory, etc, deployPath };
}

function site(deployPath: string, names: string, cache: string): string {
  return `server { root "${deployPath}/current/public"; open_file_cache ${cache}; location ~ \\.php$ {
    fastcgi_pass 127.0.0.1:9000; fastcgi_param SCRIPT_FILENAME ${names}$fastcgi_script_name; fastcgi_param DOCUMENT_ROOT ${names}; } }`;
}

interface Looked {
  readonly shell: readonly [string, ...string[]];
  readonly etc: string;
  readonly deployPath: string;
  readonly socket: string;
}

function examined({ shell: [command, ...leading], etc, deployPath, socket }: Looked): readonly Finding[] {
  const host = aHost('web1', { deployPath });
  const fpm = { socket, scripts: 'resolved' as const, ask: ['/'], reload: null };
  const app = {
    kind: 'php' as const,
    root: 'public',
    roles: [],
    entry: 'public/index.php',
    url: null,
    proof: null,
    fpm,
  };
  const script = lines(
    gather({
      deployPath,
      root: 'public',
      etc,
      units: [{ name: 'shop-app@.service', text: '[Unit]\nDescription=shop\n' }],
    }),
    askPool({ socket, php: 'php', url: null }),
  );
  const ran = spawnSync(command, [...leading, '-c', `set -eu\numask 0\n${String(script)}`], { encoding: 'utf8' });
  assert.equal(ran.status, 0, ran.stderr);
  const nginx = ran.stdout.replaceAll(`=== nginx ${etc}/`, '=== nginx /etc/');
  return examine({
    host,
    settings: settingsFor([host], { app }),
    facts: memoryFacts(emptyHost(), '2026-03-22T12:00:00Z'),
    refusals: [],
    swap: null,
    logins: null,
    gathered: parseGathered(nginx.replaceAll(`include ${etc}/`, 'include /etc/')),
    aheadMs: 0,
    noise: '',
    nowMs: noonMs,
  });
}

function sentence(findings: readonly Finding[], name: Finding['name']): string {
  return findings.find((finding) => finding.name === name)?.sentence ?? '';
}
