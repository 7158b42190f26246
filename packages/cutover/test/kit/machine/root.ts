import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { write } from '../../source/kit.ts';

/** The ordinary user of a machine, as whom it is deployed to. */
export const deployer = { name: 'deploy', id: 2000, home: '/home/deploy' } as const;

/** What programs of this machine's /usr expect in /etc. */
const borrowed = ['ld.so.cache', 'nsswitch.conf', 'pam.d', 'security', 'login.defs', 'alternatives', 'dbus-1'];

const accounts: Readonly<Record<string, string>> = {
  'etc/passwd': `root:x:0:0::/root:/bin/sh
messagebus:x:100:102::/nonexistent:/usr/sbin/nologin
sshd:x:102:65534::/run/sshd:/usr/sbin/nologin
www-data:x:33:33::/:/usr/sbin/nologin
${deployer.name}:x:${deployer.id}:${deployer.id}::${deployer.home}:/bin/sh
nobody:x:65534:65534::/:/usr/sbin/nologin
`,
  'etc/group': `root:x:0:
messagebus:x:102:
www-data:x:33:
${deployer.name}:x:${deployer.id}:
nogroup:x:65534:
`,
  'etc/shadow': `root:*:1::::::\n${deployer.name}:*:1::::::\n`,
  'etc/sudoers': `Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
@includedir /etc/sudoers.d
`,
  'etc/hosts': '127.0.0.1 localhost machine\n',
  'etc/machine-id': '5f1c0de5f1c0de5f1c0de5f1c0de5f1c\n',
};

/** Makes the directory that is to be the root of a machine, but for /usr, which it has of this one; it is kept when the machine is restarted. */
export function makeRoot(root: string): void {
  const places = ['proc', 'sys', 'dev', 'run', 'tmp', 'usr', 'srv', 'root', 'var/tmp', 'var/log', 'var/lib/nginx'];
  for (const place of [...places, 'etc/systemd/system', 'etc/sudoers.d', 'etc/nginx', 'etc/ssh', deployer.home])
    mkdirSync(join(root, place), { recursive: true });
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, join(root, link));
  const found = borrowed.map((name) => join('/etc', name)).filter((path) => existsSync(path));
  execFileSync('cp', ['-a', ...found, join(root, 'etc')]);
  write(root, accounts);
  chmodSync(join(root, 'etc/shadow'), 0o600);
  chmodSync(join(root, 'etc/sudoers'), 0o440);
  chownSync(join(root, deployer.home), deployer.id, deployer.id);
}
