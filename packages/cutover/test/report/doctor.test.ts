import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { PhpApp } from '../../src/model/app.ts';
import type { HostFacts } from '../../src/model/facts.ts';
import type { Settings } from '../../src/model/settings.ts';
import { memoryFacts } from '../../src/remote/memory/facts.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { clockRows } from '../../src/report/findings/clocks.ts';
import { examine } from '../../src/report/findings/examine.ts';
import type { Level } from '../../src/report/findings/finding.ts';
import { findingsReference } from '../../src/report/findings/reference.ts';
import { parseGathered } from '../../src/report/findings/web/gathered.ts';
import { type WebFindingName, webFindings } from '../../src/report/findings/web/names.ts';
import { aHook, aHost, aProcess, noonMs, settingsFor } from '../kit/wishes.ts';

const socket = '/run/php/php8.2-fpm.sock';
const app: PhpApp = {
  kind: 'php',
  root: 'public',
  roles: [],
  entry: 'public/index.php',
  url: null,
  proof: null,
  fpm: { socket, scripts: 'resolved', ask: ['/'], reload: null },
};
const behindLink: PhpApp = { ...app, fpm: { socket, scripts: 'link', ask: ['/'], reload: null } };
const withReload: PhpApp = {
  ...app,
  fpm: { socket, scripts: 'link', ask: ['/'], reload: 'sudo -n systemctl reload php8.2-fpm' },
};

type Sections = Readonly<Record<string, string>>;

/** What the site's server block holds; the rest is as Debian has it. */
function nginx(site: string, params = '$realpath_root'): Sections {
  return {
    'nginx-version': 'nginx version: nginx/1.22.1',
    'nginx /etc/nginx/nginx.conf': 'http { # all sites\n include /etc/nginx/sites-enabled/*; }',
    'nginx /etc/nginx/fastcgi.conf':
      'fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nfastcgi_param DOCUMENT_ROOT $document_root;',
    'nginx /etc/nginx/sites-enabled/shop': `server { server_name shop.example; root "/srv/shop/current/public"; ${site}
      location ~ \\.php$ { include fastcgi.conf; fastcgi_param SCRIPT_FILENAME ${params}$fastcgi_script_name; fastcgi_param DOCUMENT_ROOT ${params}; fastcgi_pass unix:${socket}; } }`,
  };
}

function newNginx(http: string): Sections {
  return {
    ...nginx(''),
    'nginx-version': 'nginx version: nginx/1.28.0',
    'nginx /etc/nginx/nginx.conf': `http { ${http} include /etc/nginx/sites-enabled/*; }`,
  };
}

const renamed = (manager: 'systemd' | 'systemd-user', projects: readonly string[] = ['blog', 'shop']) => ({
  settings: { processes: [aProcess('app', { manager })] },
  facts: {
    processes: projects.map((project) => ({
      release: '20260322120000',
      name: 'app',
      state: 'runs' as const,
      unit: { manager, name: `${project}-production-app@20260322120000.service` },
    })),
  },
});

const byPortOn = (host: string) => ({
  settings: {
    processes: [
      aProcess('app', {
        listen: { kind: 'ports', first: 4001, last: 4010, reload: 'nginx -s reload' },
        hosts: [host],
      }),
    ],
  },
});
const byPort = byPortOn('web1');

function pool(ini: Sections, status: object = {}): Sections {
  const report = { version: '8.2.36', user: 'www-data', ini, status: { cache_full: false, ...status } };
  return { pool: JSON.stringify(report) };
}

const fpmConf = (global: string, www = '') => ({
  'fpm /etc/php/8.2/fpm/php-fpm.conf': `[global]\n${global}\n[www]\nuser = www-data\n${www}`,
});
const proxied = (more: string, path = '/srv/shop/current/app.sock') =>
  nginx(`location / { proxy_pass http://unix:${path}:/; ${more} }`);

const modPhp: Sections = {
  'apache-modules': 'dir.load\nphp8.2.load',
  'apache /etc/apache2/sites-enabled/shop.conf': 'DocumentRoot /srv/shop/current/public',
};

const socketOfApp = 'reverse_proxy unix//srv/shop/current/app.sock';

const sudoFor = (...verbs: readonly string[]): string =>
  `(root) NOPASSWD: ${verbs.map((verb) => `/usr/bin/systemctl ${verb} shop-production-app@[0-9][0-9].service`).join(', ')}`;

type Case = readonly [
  name: WebFindingName,
  level: Level | null,
  words: RegExp,
  sections: Sections,
  more?: { readonly settings?: Partial<Settings>; readonly facts?: Partial<HostFacts> },
];

const cases: readonly Case[] = [
  ['web-server', 'ok', /^nginx 1\.22\.1 serves shop\.example from \/srv\/shop\/current\/public\.$/, nginx('')],
  ['web-server', 'warning', /could not be verified/, {}],
  ['web-server', 'warning', /nginx\/secret\.conf could not be read/, { 'unread /etc/nginx/secret.conf': '' }],
  [
    'web-server',
    'ok',
    /^Caddy leads there\.$/,
    { 'caddy /etc/caddy/Caddyfile': 'shop.example {\n root * /srv/shop/current/public\n}' },
  ],
  [
    'web-server',
    'ok',
    /^Apache leads there\.$/,
    { 'apache /etc/apache2/sites-enabled/shop.conf': 'DocumentRoot /srv/shop/current/public' },
  ],
  ['web-root', null, /./, nginx('')],
  [
    'web-root',
    'problem',
    /one numbered release: no deployment reaches visitors/,
    nginx('root /srv/shop/releases/20260304100000/public;'),
  ],
  [
    'web-root',
    'warning',
    /the config says \/srv\/shop\/current\/web\./,
    nginx(''),
    { settings: { app: { ...app, root: 'web' } } },
  ],
  ['script-names', 'ok', /by \$realpath_root: the swap takes effect with the next request/, nginx('')],
  ['script-names', 'problem', /SCRIPT_FILENAME \$document_root.* for ever\.$/, nginx('', '$document_root')],
  ['script-names', 'warning', /it is reset each time/, nginx('', '$document_root'), { settings: { app: behindLink } }],
  ['script-names', 'warning', /the swap alone is enough, and yet/, nginx(''), { settings: { app: behindLink } }],
  ['script-names', 'problem', /without resolve_root_symlink/, caddy('php_fastcgi unix//run/php.sock')],
  ['script-names', 'ok', /resolve_root_symlink/, caddy('php_fastcgi unix//run/php.sock {\n resolve_root_symlink\n }')],
  ['script-names', 'problem', /without resolve_root_symlink/, caddyTold(toPhp({}))],
  ['script-names', 'ok', /resolve_root_symlink/, caddyTold(toPhp({ resolve_root_symlink: true }))],
  [
    'script-names',
    'problem',
    /Apache names scripts through the link/,
    { 'apache /etc/apache2/sites-enabled/shop.conf': 'DocumentRoot /srv/shop/current/public' },
  ],
  ['script-names', 'problem', /^Apache runs PHP within itself \(mod_php\): its workers go on/, modPhp],
  ['script-names', 'ok', /begin anew/, modPhp, { settings: { hooks: [gracefulHook()] } }],
  [
    'script-names',
    null,
    /./,
    nginx('', '$document_root'),
    { settings: { app: { kind: 'static', root: null, roles: [], url: null, proof: null } } },
  ],
  ['open-file-cache', 'warning', /up to 5s after a swap/, nginx('open_file_cache max=1000; open_file_cache_valid 5s;')],
  ['open-file-cache', null, /./, nginx('open_file_cache off;')],
  ['symlinks', 'problem', /disable_symlinks is on from=\/srv/, nginx('disable_symlinks on from=/srv;')],
  ['symlinks', null, /./, nginx('disable_symlinks off;')],
  ['response-cache', 'warning', /fastcgi_cache is on/, nginx('fastcgi_cache pages;')],
  ['response-cache', null, /./, nginx('fastcgi_cache off;')],
  ['app-socket', 'warning', /stay with the old release's process/, proxied('')],
  ['app-socket', null, /./, proxied('proxy_set_header Host $host; proxy_set_header Connection close;')],
  ['app-socket', 'warning', /^Caddy keeps connections to \/srv\/shop\/current\/app\.sock/, caddy(socketOfApp)],
  ['app-socket', null, /./, caddy(`${socketOfApp} {\n transport http {\n keepalive off\n }\n }`)],
  ['app-socket', 'warning', /^Caddy keeps/, caddyTold(toApp({}))],
  ['app-socket', null, /./, caddyTold(toApp({ keep_alive: { enabled: false } }))],
  ['app-socket', 'warning', /^Apache keeps connections to/, apacheProxy('')],
  ['app-socket', null, /./, apacheProxy(' disablereuse=on')],
  ['app-socket', 'problem', /longer than 107 bytes/, proxied('', `/srv/shop/current/${'x'.repeat(100)}.sock`)],
  ['reload-resets', null, /./, nginx('')],
  ['reload-resets', null, /./, nginx(''), byPortOn('web2')],
  ['reload-resets', 'warning', /nginx 1\.22\.1 cannot keep them open\./, nginx(''), byPort],
  ['reload-resets', 'warning', /keepalive_min_timeout is not set\./, newNginx(''), byPort],
  ['reload-resets', 'warning', /keepalive_min_timeout is not set\./, newNginx('keepalive_min_timeout 0s;'), byPort],
  ['reload-resets', 'ok', /closes no connection/, newNginx('keepalive_min_timeout 10s;'), byPort],
  ['keep-conn', 'warning', /outlive their requests/, nginx('fastcgi_keep_conn on;')],
  ['keep-conn', null, /./, nginx('fastcgi_keep_conn off;')],
  [
    'realpath-cache',
    'problem',
    /^Opcache is off, and each worker of PHP remembers for 120 seconds/,
    { ...nginx('', '$document_root'), ...withoutOpcache({ realpath_cache_ttl: '120' }) },
  ],
  [
    'realpath-cache',
    null,
    /./,
    { ...nginx('', '$document_root'), ...withoutOpcache({ realpath_cache_size: '0' }) },
    { settings: { app: behindLink } },
  ],
  ['realpath-cache', null, /./, { ...nginx(''), ...withoutOpcache({}) }],
  [
    'realpath-cache',
    'warning',
    /mixes releases for as long/,
    { ...pool({ realpath_cache_ttl: '600' }), baked: 'var/cache/a.php' },
  ],
  [
    'fpm-pool',
    'ok',
    /^PHP 8\.2\.36 answers at \/run\/php\/php8\.2-fpm\.sock, as www-data\.$/,
    { ...nginx(''), ...pool({}) },
  ],
  [
    'fpm-pool',
    'warning',
    /listens at \/run\/php\/php8\.2-fpm\.sock, and the config does not say so/,
    nginx(''),
    { settings: { app: { ...app, fpm: null } } },
  ],
  [
    'fpm-pool',
    'problem',
    /another pool is asked/,
    nginx(''),
    { settings: { app: { ...app, fpm: { ...behindLink.fpm!, socket: '/run/other.sock' } } } },
  ],
  [
    'fpm-pool',
    'problem',
    /Permission denied/,
    { ...nginx(''), pool: 'PHP-FPM cannot be asked at it: Permission denied.' },
  ],
  ['fpm-reload', 'problem', /cuts off every request/, fpmConf('error_log = x'), { settings: { app: withReload } }],
  [
    'fpm-reload',
    'problem',
    /cuts off every request/,
    fpmConf('process_control_timeout = 0'),
    { settings: { hooks: [reloadHook()] } },
  ],
  ['fpm-reload', 'ok', /waits up to 10s/, fpmConf('process_control_timeout = 10s'), { settings: { app: withReload } }],
  ['fpm-reload', null, /./, fpmConf('')],
  ['reload-permitted', 'problem', /sudo does not let deploy run/, { sudo: '' }, { settings: { app: withReload } }],
  [
    'reload-permitted',
    'ok',
    /permitted/,
    { sudo: ' (root) NOPASSWD: /usr/bin/systemctl reload php8.2-fpm' },
    { settings: { app: withReload } },
  ],
  ['opcache', 'problem', /Opcache is full/, pool({}, { cache_full: true })],
  [
    'opcache',
    'warning',
    /no room for 3 releases of 8000 PHP files/,
    {
      ...pool({ 'opcache.memory_consumption': '128', 'opcache.max_accelerated_files': '10000' }),
      'php-files': '8000 40000000',
    },
  ],
  [
    'opcache',
    'ok',
    /has room for 3 releases/,
    {
      ...pool({ 'opcache.memory_consumption': '512', 'opcache.max_accelerated_files': '50000' }),
      'php-files': '8000 40000000',
    },
  ],
  [
    'opcache',
    'warning',
    /^Opcache \(128 MB, 10,000 files\) has no room/,
    { 'php-ini': '', 'php-files': '8000 40000000' },
  ],
  [
    'opcache',
    'warning',
    /Opcache is off/,
    { pool: JSON.stringify({ version: '8.2', user: 'x', ini: {}, status: false }) },
  ],
  ['opcache-access', 'warning', /restrict_api is \/srv\/admin/, pool({ 'opcache.restrict_api': '/srv/admin' })],
  [
    'opcache-access',
    'warning',
    /disable_functions holds opcache_reset/,
    { 'php-ini': 'disable_functions = exec,opcache_reset' },
  ],
  ['opcache-access', null, /./, pool({ 'opcache.restrict_api': '', disable_functions: 'exec' })],
  ['preload', 'problem', /until PHP-FPM is reloaded/, pool({ 'opcache.preload': '/srv/shop/current/preload.php' })],
  ['preload', null, /./, pool({ 'opcache.preload': '' })],
  [
    'pool-access',
    'problem',
    /^\/srv\/shop does not let www-data through/,
    { ...pool({}), way: '700 deploy deploy /srv/shop\n755 root root /srv' },
  ],
  ['pool-access', null, /./, { ...pool({}), way: '755 deploy deploy /srv/shop\n755 root root /srv' }],
  [
    'pool-access',
    'problem',
    /open_basedir is \/srv\/shop\/current:\/tmp/,
    pool({ open_basedir: '/srv/shop/current:/tmp' }),
  ],
  ['pool-access', 'warning', /\(chroot\)/, fpmConf('', 'chroot = /srv')],
  ['request-limits', 'ok', /ends a request after 30s/, fpmConf('', 'request_terminate_timeout = 30s')],
  ['request-limits', 'ok', /compute for 60 seconds/, { 'php-ini': 'max_execution_time = 60' }],
  ['in-use', 'ok', /^Working directories/, {}],
  ['in-use', 'warning', /hidepid/, { hidepid: 'hidepid=2' }],
  [
    'processes',
    'warning',
    /^php8\.2 \(71\) in 20260301100000: still running/,
    { processes: '71 php8.2 /srv/shop/releases/20260301100000\n72 node /srv/shop/releases/20260304100000' },
    { facts: { current: { kind: 'release', release: '20260304100000', exists: true } } },
  ],
  ['processes', null, /./, { processes: '' }],
  [
    'managers',
    'problem',
    /shop\.service names a numbered release/,
    { 'mention /etc/systemd/system/shop.service': 'WorkingDirectory=/srv/shop/releases/20260304100000' },
  ],
  [
    'managers',
    'ok',
    /supervisor\/conf\.d\/shop\.conf, through current/,
    { 'mention /etc/supervisor/conf.d/shop.conf': 'directory=/srv/shop/current\n;x=/srv/shop/releases/2026' },
  ],
  [
    'managers',
    null,
    /./,
    {
      'unit shop-production-app@.service': 'there',
      'mention /etc/systemd/system/shop-production-app@.service': 'WorkingDirectory=/srv/shop/releases/%i',
    },
  ],
  [
    'units',
    'problem',
    /^The unit shop-production-app@\.service is not there/,
    { 'unit shop-production-app@.service': 'missing' },
  ],
  [
    'units',
    'problem',
    /^The units shop-production-app@\.service, shop-production-mailer@\.service are not there: .* starts the processes\.$/,
    { 'unit shop-production-app@.service': 'missing', 'unit shop-production-mailer@.service': 'missing' },
  ],
  [
    'units',
    'ok',
    /^one@\.service, two@\.service are there\. blog-\S+, news-\S+\.service were started by an earlier name: the next deployment ends them\.$/,
    { 'unit one@.service': 'there', 'unit two@.service': 'there', linger: 'yes' },
    renamed('systemd-user', ['blog', 'news']),
  ],
  ['units', 'ok', /^shop-production-app@\.service is there\.$/, { 'unit shop-production-app@.service': 'there' }],
  [
    'units',
    'problem',
    /^sudo does not let deploy start shop-production-app@\.service/,
    { 'unit shop-production-app@.service': 'there', sudo: '(root) NOPASSWD: /usr/bin/systemctl reload nginx' },
    { settings: { processes: [aProcess('app', { manager: 'systemd' })] } },
  ],
  [
    'units',
    'ok',
    /is there/,
    {
      'unit shop-production-app@.service': 'there',
      sudo: sudoFor('start', 'stop', 'enable --quiet', 'disable --quiet'),
    },
    { settings: { processes: [aProcess('app', { manager: 'systemd' })] } },
  ],
  [
    'units',
    'problem',
    /^sudo does not let deploy disable shop-production-app@\.service without a password: a deployment would leave the old process to start/,
    { 'unit shop-production-app@.service': 'there', sudo: sudoFor('start', 'stop', 'enable --quiet') },
    { settings: { processes: [aProcess('app', { manager: 'systemd' })] } },
  ],
  [
    'units',
    'ok',
    /is there/,
    { 'unit shop-production-app@.service': 'there', sudo: '(root) NOPASSWD: /usr/bin/systemctl *' },
    { settings: { processes: [aProcess('app', { manager: 'systemd' })] } },
  ],
  [
    'units',
    'problem',
    /^systemd ends what deploy runs with their last login: a process would end soon after its deployment\.$/,
    { 'unit shop-production-app@.service': 'there', linger: 'no' },
    { settings: { processes: [aProcess('app', { manager: 'systemd-user' })] } },
  ],
  [
    'units',
    'ok',
    /is there/,
    { 'unit shop-production-app@.service': 'there', linger: 'yes' },
    { settings: { processes: [aProcess('app', { manager: 'systemd-user' })] } },
  ],
  [
    'units',
    'warning',
    /^shop-production-app@\.service is not as the config says now: KillMode=control-group and 1 other line are missing in it\.$/,
    {
      'unit shop-production-app@.service': 'there\n\n# The signal is for all.\nKillMode=control-group\nRestart=always',
    },
  ],
  [
    'units',
    'ok',
    /is there/,
    { 'unit shop-production-app@.service': 'there', sudo: '(root) NOPASSWD: /usr/bin/systemctl' },
    { settings: { processes: [aProcess('app', { manager: 'systemd' })] } },
  ],
  [
    'units',
    'problem',
    /^sudo does not let deploy stop blog-production-app@20260322120000\.service without a password\. It was started by an earlier name: a deployment would leave the old process running\.$/,
    {
      'unit shop-production-app@.service': 'there',
      sudo: sudoFor('start', 'stop', 'enable --quiet', 'disable --quiet'),
    },
    renamed('systemd'),
  ],
  [
    'units',
    'ok',
    /^shop-production-app@\.service is there\. blog-production-app@20260322120000\.service was started by an earlier name: the next deployment ends it\.$/,
    { 'unit shop-production-app@.service': 'there', linger: 'yes' },
    renamed('systemd-user'),
  ],
  [
    'units',
    'problem',
    /^sudo does not let deploy stop blog-production-app@/,
    { sudo: '' },
    { ...renamed('systemd'), settings: { processes: [] } },
  ],
  ['units', null, /./, {}],
  [
    'schedules',
    'problem',
    /crontab of deploy names a numbered release: \* \* \* \* \* cd \/srv/,
    { 'mention the crontab of deploy': '* * * * * cd /srv/shop/releases/20260304100000 && php x' },
  ],
  [
    'schedules',
    'ok',
    /go through current/,
    { 'mention /etc/cron.d/shop': '* * * * * deploy cd /srv/shop/current && php x' },
  ],
  [
    'headroom',
    'problem',
    /^Not even one more release/,
    { kilobytes: '90000 .', files: '100' },
    { facts: { freeKilobytes: 80_000 } },
  ],
  [
    'headroom',
    'warning',
    /^4 more releases of the size of the one in service fit\.$/,
    { kilobytes: '90000', files: '250000' },
  ],
  ['headroom', null, /./, { kilobytes: '90', files: '100' }],
  ['flush', 'warning', /sync -f is not known/, { sync: 'no' }],
  ['flush', null, /./, { sync: 'yes' }],
  [
    'baked-paths',
    'warning',
    /^bootstrap\/cache\/config\.php of the release in service/,
    { baked: 'bootstrap/cache/config.php' },
  ],
  ['baked-paths', null, /./, { baked: '' }],
  [
    'file-times',
    'warning',
    /^300 files of the web root carry the time of 1985/,
    { mtimes: '    300 499162500\n      2 1767225600' },
  ],
  ['file-times', null, /./, { mtimes: '    300 1767225600' }],
  ['writers', 'warning', /^Everybody on this host may write to \/srv\/shop/, { owners: '777 deploy deploy /srv/shop' }],
  [
    'writers',
    'warning',
    /^\/srv\/shop belongs to ann, and Cutover connects as deploy/,
    { owners: '755 ann ann /srv/shop' },
  ],
  ['writers', null, /./, { owners: '755 deploy www-data /srv/shop' }],
  [
    'versions',
    'ok',
    /^git version 2\.39\.5; PHP 8\.2\.36; mv/,
    { 'version git': 'git version 2.39.5', 'version php': 'PHP 8.2.36 (cli) (built: x)', mv: 'mv (GNU coreutils) 9.1' },
  ],
];

describe('the examination of a host’s servers', () => {
  for (const [name, level, words, sections, more] of cases)
    it(`finds ${name} ${level ?? 'not worth a word'}: ${words.source}`, () => {
      const found = examined(sections, more).filter((finding) => finding.name === name);
      assert.deepEqual(
        found.map((finding) => finding.level),
        level === null ? [] : [level],
        JSON.stringify(found),
      );
      for (const finding of found) {
        assert.match(finding.sentence, words);
        if (level === 'problem' && name !== 'processes') assert.notEqual(finding.mend, null);
      }
    });

  it('has a bad server for everything that can be a warning or a problem, and a good or mended one', () => {
    const names = Object.keys(webFindings);
    const bad = new Set<string>(
      cases.filter(([, level]) => level === 'warning' || level === 'problem').map(([name]) => name),
    );
    const good = new Set<string>(
      cases.filter(([, level]) => level !== 'warning' && level !== 'problem').map(([name]) => name),
    );
    assert.deepEqual(
      names.filter((name) => !good.has(name)),
      [],
    );
    assert.deepEqual(
      names.filter((name) => !bad.has(name)),
      ['request-limits', 'versions'],
    );
  });

  it('finds clocks apart that no delay of the look can explain, and no others', () => {
    const clock = (host: string, leastMs: number) => ({ host, leastMs, mostMs: leastMs + 4000 });
    assert.deepEqual(clockRows([clock('web1', -3000), clock('web2', 1000), clock('web3', 5000)]), []);
    const rows = clockRows([clock('web1', 0), clock('web2', 60_000), clock('web3', 1000)]);
    assert.deepEqual(
      rows.map(({ host, level }) => `${host} ${level}`),
      ['web1 warning', 'web2 warning', 'web3 warning'],
    );
    assert.match(rows[0]?.sentence ?? '', /^Its clock is at least 56 seconds behind that of web2: /);
    assert.match(rows[1]?.sentence ?? '', /ahead of that of web1: /);
  });

  it('reads what nginx -T told as it reads the files', () => {
    const files = Object.entries(nginx('', '$document_root')).filter(([kind]) => kind.startsWith('nginx /'));
    const told = files.map(([kind, text]) => `# configuration file ${kind.slice(6)}:\n${text}\n`).join('');
    const found = examined({ 'nginx-told': told }).find(({ name }) => name === 'script-names');
    assert.equal(found?.level, 'problem');
  });

  it('takes nothing in a file for a section of its own', () => {
    const gathered = parseGathered('=== nginx /a\n === sync\n no\n=== end\n');
    assert.equal(gathered.text('sync'), null);
    assert.equal(gathered.all('nginx').get('/a'), '=== sync\nno');
  });

  it('docs/reference/check.md is what the findings give', () => {
    const file = join(import.meta.dirname, '../../../../docs/reference/check.md');
    assert.equal(readFileSync(file, 'utf8'), findingsReference(), 'Write it anew: ./dev generate');
  });

  it('speaks of workers and schedules on a host that serves no visitors, and of no server', () => {
    const sections = {
      ...nginx('', '$document_root'),
      'unit shop-production-queue@.service': 'missing',
      'mention /etc/supervisor/conf.d/queue.conf': 'command=php /srv/shop/releases/20260101000000/artisan queue:work',
      owners: '777 deploy deploy /srv/shop',
    };
    const found = examined(sections, { settings: { app: { ...app, roles: ['web'] } } });
    assert.deepEqual(
      found
        .filter(({ level, name }) => level !== 'ok' && name in webFindings)
        .map(({ name, level }) => `${name} ${level}`),
      ['managers problem', 'units problem', 'writers warning'],
    );
    assert.ok(!found.some(({ name }) => ['web-server', 'web-root', 'script-names', 'fpm-pool'].includes(name)));
  });

  it('says nothing of servers on a host that was not asked', () => {
    const names = examined(null).map(({ name }) => name);
    assert.ok(!names.some((name) => name in webFindings && name !== 'headroom'), names.join());
  });
});

function caddy(php: string): Sections {
  return {
    'caddy /etc/caddy/Caddyfile': `{\n admin off\n}\nshop.example {\n root * /srv/shop/current/public\n ${php}\n}`,
  };
}

/** What the running Caddy says: a block of a Caddyfile is a route that holds routes. */
function caddyTold(...handle: readonly object[]): Sections {
  const root = { handle: [{ handler: 'vars', root: '/srv/shop/current/public' }] };
  const route = { handle: [{ handler: 'subroute', routes: [root, { handle }] }] };
  return { 'caddy-told': JSON.stringify({ apps: { http: { servers: { srv0: { routes: [route] } } } } }) };
}

function toPhp(more: object): object {
  return {
    handler: 'reverse_proxy',
    transport: { protocol: 'fastcgi', ...more },
    upstreams: [{ dial: `unix/${socket}` }],
  };
}

function toApp(more: object): object {
  return {
    handler: 'reverse_proxy',
    transport: { protocol: 'http', ...more },
    upstreams: [{ dial: 'unix//srv/shop/current/app.sock' }],
  };
}

function apacheProxy(more: string): Sections {
  return {
    'apache /etc/apache2/sites-enabled/shop.conf': `ProxyPass / unix:/srv/shop/current/app.sock|http://localhost/${more}`,
  };
}

function withoutOpcache(ini: Sections): Sections {
  return { pool: JSON.stringify({ version: '8.2.36', user: 'www-data', ini, status: false }) };
}

function gracefulHook() {
  return aHook({ when: 'after', phase: 'activate', hosts: ['web1'], run: 'sudo -n apachectl graceful' });
}

function reloadHook() {
  return aHook({ when: 'after', phase: 'activate', hosts: ['web1'], run: 'sudo systemctl reload php8.2-fpm' });
}

function examined(sections: Sections | null, more: Case[4] = {}) {
  const host = aHost('web1');
  const text = Object.entries(sections ?? {}).map(
    ([kind, body]) =>
      `=== ${kind}\n${body
        .split('\n')
        .map((line) => ` ${line}\n`)
        .join('')}`,
  );
  return examine({
    host,
    settings: settingsFor([host], { app, ...more.settings }),
    facts: { ...memoryFacts(emptyHost(), '2026-03-22T12:00:00Z'), ...more.facts },
    refusals: [],
    swap: null,
    logins: null,
    gathered: sections === null ? null : parseGathered(text.join('')),
    aheadMs: 0,
    noise: '',
    nowMs: noonMs,
  });
}
