/** What the tests need beyond git, Node and npm: a binary, the Debian package that has it, and what it is for. */
export const needed: readonly { readonly binary: string; readonly debian: string; readonly use: string }[] = [
  { binary: 'git', debian: 'git', use: 'the repositories that are deployed' },
  { binary: 'ssh', debian: 'openssh-client', use: 'the connection to a host' },
  { binary: 'sshd', debian: 'openssh-server', use: 'the hosts of the tests, on loopback' },
  { binary: 'bash', debian: 'bash', use: 'a shell that host scripts must run in' },
  { binary: 'dash', debian: 'dash', use: 'a shell that host scripts must run in' },
  { binary: 'busybox', debian: 'busybox-static', use: 'a shell and tools that host scripts must run with' },
  { binary: 'fish', debian: 'fish', use: 'a login shell that commands to a host must pass through' },
  { binary: 'zsh', debian: 'zsh', use: 'a login shell that commands to a host must pass through' },
  { binary: 'zstd', debian: 'zstd', use: 'compressed transfers' },
  { binary: 'ps', debian: 'procps', use: 'looking whether a process has ended' },
  { binary: 'redis-server', debian: 'redis-server', use: 'the servers whose keys are purged' },
  { binary: 'redis-cli', debian: 'redis-tools', use: 'looking at what they hold' },
  { binary: 'php', debian: 'php-cli', use: 'the host side of purging, and applications in PHP' },
  { binary: 'openssl', debian: 'openssl', use: 'certificates of servers with TLS' },
];
