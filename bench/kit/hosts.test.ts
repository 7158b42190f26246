import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { difference, startHosts } from './hosts.ts';
import { must } from './run.ts';
import { canRunHosts } from './sshd.ts';
import { temporaryDirectory } from './temporary.ts';

const skip = (await canRunHosts()) ? false : 'needs Linux with sshd and mount namespaces';

test('two hosts have different files under the same path, and what they saw is counted', { skip }, async () => {
  using directory = await temporaryDirectory();
  await using hosts = await startHosts(2, directory.path);
  const before = await hosts.counts();
  for (const host of hosts.names) {
    const script = `printf %s ${host} > ${hosts.mountPoint}/name`;
    await must({ argv: ['ssh', '-F', hosts.sshConfig, host, script], cwd: directory.path, env: process.env });
  }
  const seen = difference(await hosts.counts(), before);
  for (const host of hosts.names) {
    assert.equal(await readFile(hosts.outside(host, join(hosts.mountPoint, 'name')), 'utf8'), host);
  }
  assert.deepEqual({ connections: seen.connections, execs: seen.execs }, { connections: 2, execs: 2 });
});
