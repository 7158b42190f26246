import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assertNone } from './none.ts';
import { packageSources, sourceOf } from './sources.ts';
import { breaches } from './walls.ts';

const no: readonly string[] = [];

/** Text in a file, and the one sentence that it must give (or none). */
const cases: readonly (readonly [file: string, text: string, sentence: string | null])[] = [
  [
    'plan/steps/fetch.ts',
    `import { open } from '../../remote/ssh.ts';`,
    'plan/steps/fetch.ts imports remote/ssh.ts: planning must not touch the wire.',
  ],
  [
    'plan/steps/fetch.ts',
    `import type { A } from '../../remote/session.ts';`,
    'plan/steps/fetch.ts imports remote/session.ts: planning must not touch the wire.',
  ],
  [
    'plan/a.ts',
    `export * from '../events/event.ts';`,
    'plan/a.ts imports events/event.ts: planning must not touch the wire.',
  ],
  ['plan/a.ts', `import { sh } from '../shell/text.ts';\nimport type { Host } from '../model/host.ts';`, null],
  ['report/a.ts', `import type { Plan } from '../plan/plan.ts';\nimport { type Step } from '../plan/plan.ts';`, null],
  [
    'report/a.ts',
    `import { lint } from '../plan/plan.ts';`,
    'report/a.ts imports plan/plan.ts: only its types may be imported here.',
  ],
  ['engine/a.ts', `import { isOpenFailure } from '../remote/session.ts';`, null],
  [
    'events/a.ts',
    `import { readFileSync } from 'node:fs';`,
    'events/a.ts imports node:fs: events does no I/O; what it needs is passed in.',
  ],
  [
    'events/a.ts',
    `const load = () => import('node:fs/promises');`,
    'events/a.ts imports node:fs/promises: events does no I/O; what it needs is passed in.',
  ],
  ['events/a.ts', `import { inspect } from 'node:util';\nimport { join } from 'node:path/posix';`, null],
  [
    'report/a.ts',
    'const text = `${Date.now()}`;',
    'report/a.ts reads the clock: report is pure; what it needs is passed in.',
  ],
  ['report/a.ts', `const at = new Date();`, 'report/a.ts reads the clock: report is pure; what it needs is passed in.'],
  [
    'report/a.ts',
    `// new Date() and Date.now() are not for us\nconst at = new Date(epochMs); const s = 'process.env';`,
    null,
  ],
  ['shell/a.ts', `const id = Math.random();`, 'shell/a.ts rolls dice: shell is pure; what it needs is passed in.'],
  [
    'config/resolve/a.ts',
    `const home = process.env;`,
    'config/resolve/a.ts looks at the process: config is pure; what it needs is passed in.',
  ],
  [
    'plan/a.ts',
    `const all = { ...process.env };`,
    'plan/a.ts looks at the process: plan is pure; what it needs is passed in.',
  ],
  ['config/load.ts', `import { readFile } from 'node:fs/promises';`, null],
  ['config/resolve/a.ts', `import { php } from '../../recipes/php.ts';`, null],
  [
    'config/a.ts',
    `import { php } from '../recipes/php.ts';`,
    'config/a.ts imports recipes/php.ts: what is wanted is settled before anything is planned or done.',
  ],
  [
    'report/a.ts',
    `import { runDemo } from '../demo/run.ts';`,
    'report/a.ts imports demo/run.ts: what is told is a fold of events.',
  ],
  [
    'attic/a.ts',
    '',
    'attic/a.ts stands in no room of the house: name the room and what it may import in test/house/walls.ts.',
  ],
];

describe('the walls', () => {
  for (const [file, text, sentence] of cases) {
    it(`${sentence ? 'refuse' : 'allow'} in ${file}: ${text.replaceAll('\n', ' ')}`, () => {
      assert.deepEqual(breaches([sourceOf(file, text)]), sentence ? [sentence] : no);
    });
  }

  it('stand in the whole house', () => {
    assertNone(breaches(packageSources()));
  });
});
