import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { write } from '../../source/kit.ts';
import { makeKey } from '../sshd.ts';
import { deployer } from './root.ts';

/** Writes the units that a machine has: nothing else is ever started in it but what is put into its /etc. */
export function makeUnits(directory: string): void {
  mkdirSync(directory);
  for (const target of targets) writeFileSync(join(directory, `${target}.target`), `[Unit]\nDescription=${target}\n`);
  write(directory, units);
}

/** Configures its sshd and its nginx. */
export function makeServers(
  root: string,
  { ports, location }: { readonly ports: { readonly ssh: number; readonly web: number }; readonly location: string },
): void {
  write(root, {
    'etc/ssh/authorized_keys': makeKey(join(root, 'etc/ssh'), 'client'),
    'etc/ssh/sshd_config': sshdConfig(ports.ssh),
    'etc/nginx/nginx.conf': nginxConfig(ports.web, location),
  });
  makeKey(join(root, 'etc/ssh'), 'host');
}

const targets = ['sysinit', 'basic', 'sockets', 'shutdown', 'umount', 'network', 'multi-user', 'exit', 'default'];

const units: Readonly<Record<string, string>> = {
  'machine.target': `[Unit]
Wants=systemd-journald.service dbus.socket sshd.service nginx.service user@${deployer.id}.service multi-user.target
`,
  'dbus.socket': `[Socket]
ListenStream=/run/dbus/system_bus_socket
`,
  'dbus.service': `[Unit]
Requires=dbus.socket
[Service]
Type=notify
ExecStart=/usr/bin/dbus-daemon --system --address=systemd: --nofork --nopidfile --systemd-activation
`,
  'systemd-journald.socket': `[Unit]
DefaultDependencies=no
[Socket]
ListenStream=/run/systemd/journal/stdout
ListenDatagram=/run/systemd/journal/socket
SocketMode=0666
PassCredentials=yes
`,
  'systemd-journald.service': `[Unit]
DefaultDependencies=no
Requires=systemd-journald.socket
After=systemd-journald.socket
[Service]
Type=notify
Sockets=systemd-journald.socket
ExecStart=/lib/systemd/systemd-journald
StandardOutput=null
FileDescriptorStoreMax=4224
`,
  'sshd.service': `[Service]
Type=notify
ExecStart=/usr/sbin/sshd -D -f /etc/ssh/sshd_config
KillMode=process
`,
  'nginx.service': `[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStart=/usr/sbin/nginx
ExecReload=/bin/kill -HUP $MAINPID
`,
  // What logind starts for a user who lingers.
  'user@.service': `[Service]
User=%i
Type=notify
RuntimeDirectory=user/%i
RuntimeDirectoryMode=0700
Environment=XDG_RUNTIME_DIR=/run/user/%i HOME=${deployer.home}
ExecStart=/lib/systemd/systemd --user
Delegate=yes
KillMode=mixed
`,
};

function sshdConfig(port: number): string {
  return `ListenAddress 127.0.0.1
Port ${port}
HostKey /etc/ssh/host
AuthorizedKeysFile /etc/ssh/authorized_keys
PidFile none
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
MaxStartups 200
KexAlgorithms curve25519-sha256
`;
}

function nginxConfig(port: number, location: string): string {
  return `user www-data;
worker_processes 1;
pid /run/nginx.pid;
error_log /var/log/nginx.log;
events { worker_connections 512; }
http {
  access_log off;
  keepalive_requests 1000000;
  upstream shop { server 127.0.0.1:9 down; include /srv/web1/current/app.upstream.con[f]; }
  server {
    listen 127.0.0.1:${port};
    location / { ${location} }
  }
}
`;
}
