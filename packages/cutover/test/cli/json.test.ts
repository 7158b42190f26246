import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { EndDocument } from '../../src/cli/json.ts';
import { documentOf, ended, project } from './kit.ts';

describe('a command with --json that has nothing to print', () => {
  it('prints a document with its exit code and what it said', async (t) => {
    const on = project(t);
    const call = ended(await on.cutover('rollback', '--json'), 3);
    const document = documentOf<EndDocument>(call);
    assert.deepEqual([document.format, document.exit, document.said], [1, 3, call.err.trim()]);
    assert.match(document.said, /there is no earlier release/);
  });

  it('does so for a config that is wrong', async (t) => {
    const on = project(t);
    writeFileSync(join(on.app, 'cutover.config.json'), '{ "projekt": 1 }');
    const document = documentOf<EndDocument>(ended(await on.cutover('status', '--json'), 2));
    assert.match(document.said, /projekt/);
  });

  it('prints one document only when it has one of its own', async (t) => {
    const on = project(t, { hosts: { gone: { local: false, address: '127.0.0.1', port: 1 } } });
    const call = ended(await on.cutover('status', '--json'), 3);
    assert.ok('hosts' in documentOf<object>(call));
  });
});
