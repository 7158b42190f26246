import type { Tool } from '../model/facts.ts';

/** Every tool that the probe looks for. */
export const tools: readonly Tool[] = [
  'git',
  'tar',
  'gzip',
  'zstd',
  'curl',
  'wget',
  'php',
  'composer',
  'node',
  'npm',
  'perl',
  'python3',
  'bash',
  'setfacl',
  'setsid',
  'sha256sum',
  'shasum',
  'openssl',
  'sync',
  'sudo',
];
