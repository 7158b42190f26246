import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openingText } from '../../src/remote/opening.ts';
import { segmentOf, stepOf } from '../kit/segments.ts';

describe('A segment that goes along', () => {
  it('has neither secrets nor data, nor NUL', () => {
    const [step, payload] = [stepOf('one', 'echo'), { bytes: 0, path: '/x', read: () => assert.fail() }];
    assert.match(openingText(segmentOf([step]), 'abc') ?? '', /^seq=0; script='\{\n.*\n\}'; launch; script=$/s);
    assert.equal(openingText(segmentOf([step], { secrets: { TOKEN: 'x' } }), 'abc'), null);
    assert.equal(openingText(segmentOf([step], { payload }), 'abc'), null);
    assert.equal(openingText(segmentOf([stepOf('one', 'echo \0')]), 'abc'), null);
  });
});
