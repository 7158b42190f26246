import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { lineFormat } from '../../src/events/ndjson.ts';
import { deploymentKinds, shapes, unreachableReasons } from '../../src/events/shape.ts';

const page = readFileSync(new URL('../../../../docs/reference/events.md', import.meta.url), 'utf8');

/** Each section of the page by the event types in its heading. */
const sections = page.split('\n### ').slice(1);

describe('docs/reference/events.md', () => {
  for (const [type, fields] of Object.entries(shapes)) {
    it(`names ${type} and each of its fields`, () => {
      const section = sections.find((text) => text.split('\n')[0]?.includes(`\`${type}\``));
      assert.ok(section, `no heading names ${type}`);
      for (const field of Object.keys(fields))
        assert.match(section + page.split('## Types')[0], new RegExp(`\`${field}\``));
    });
  }

  it('names every kind of deployment, every reason and the version of the format', () => {
    for (const word of [...deploymentKinds, ...unreachableReasons, lineFormat])
      assert.ok(page.includes(`\`${word}\``), `${word}`);
  });
});
