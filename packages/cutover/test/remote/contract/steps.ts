import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Failure } from '../../../src/model/failure.ts';
import { segmentOf, stepOf } from '../../kit/segments.ts';
import type { World } from './world.ts';

/** How steps are run and told. */
export function runsSteps(given: () => World): void {
  it('tells each step in order, with both streams of it', async () => {
    const world = given();
    const { failure, heard } = await world.run(
      segmentOf([stepOf('one', 'echo out; echo err >&2; printf "no end"'), stepOf('two', 'echo second')]),
    );
    assert.equal(failure, null);
    assert.deepEqual(heard, [
      ['began', 'one'],
      ['output', 'one', 'out\nerr\nno end'],
      ['ended', 'one', 0],
      ['began', 'two'],
      ['output', 'two', 'second\n'],
      ['ended', 'two', 0],
    ]);
  });

  it('knows how far its host is away once something has run there', async () => {
    const world = given();
    await world.run(segmentOf([stepOf('one', 'sleep 1')]));
    const { turnMs } = world.session;
    assert.ok(turnMs !== null && turnMs > 0, String(turnMs));
  });

  it('ends with the code of the first step that fails and runs none after it', async () => {
    const world = given();
    const { failure, heard } = await world.run(
      segmentOf([stepOf('one', ':'), stepOf('two', 'exit 7'), stepOf('three', 'echo never')]),
    );
    assert.deepEqual(failure, { kind: 'exit', code: 7 } satisfies Failure);
    assert.deepEqual(heard.slice(2), [
      ['began', 'two'],
      ['ended', 'two', 7],
    ]);
    await world.stillWorks();
  });

  it('goes on after a step that may fail', async () => {
    const world = given();
    const { failure, heard } = await world.run(
      segmentOf([stepOf('one', 'exit 3', { mayFail: true }), stepOf('two', 'echo on')]),
    );
    assert.equal(failure, null);
    assert.deepEqual(heard.slice(1), [
      ['ended', 'one', 3],
      ['began', 'two'],
      ['output', 'two', 'on\n'],
      ['ended', 'two', 0],
    ]);
  });

  it('ends a step at the first command that fails, or at a variable that is not set', async () => {
    const world = given();
    const failing = await world.run(segmentOf([stepOf('one', 'false\necho never')]));
    assert.deepEqual([failing.failure, failing.text], [{ kind: 'exit', code: 1 }, '']);
    const unset = await world.run(segmentOf([stepOf('one', 'echo "$cutover_no_such_variable"; echo never')]));
    assert.equal(unset.failure?.kind, 'exit');
    assert.doesNotMatch(unset.text, /never/);
  });

  it('keeps a mistake in the syntax of a step to that step', async () => {
    const world = given();
    const { failure, heard } = await world.run(
      segmentOf([stepOf('one', 'echo fine'), stepOf('two', 'if ) then "'), stepOf('three', 'echo never')]),
    );
    assert.equal(failure?.kind, 'exit');
    assert.deepEqual(heard.slice(0, 4), [
      ['began', 'one'],
      ['output', 'one', 'fine\n'],
      ['ended', 'one', 0],
      ['began', 'two'],
    ]);
    await world.stillWorks();
  });

  it('gives a step an empty input, and the steps after it still run', async () => {
    const world = given();
    const { failure, text } = await world.run(
      segmentOf([stepOf('one', 'cat; read -r line || echo nothing'), stepOf('two', 'echo second')]),
    );
    assert.deepEqual([failure, text], [null, 'nothing\nsecond\n']);
  });

  it('keeps what a step does to its shell to that step', async () => {
    const world = given();
    const { text } = await world.run(
      segmentOf([stepOf('one', 'cd /; moved=yes; exec 2>&-'), stepOf('two', 'echo "${moved-no}"')]),
    );
    assert.equal(text, 'no\n');
  });

  it('takes step names of any kind', async () => {
    const world = given();
    const names = ['with space', "it's", 'two\nlines', '$(date)', '\u001e0 end 1', '–é–', ''];
    const { failure, heard } = await world.run(segmentOf(names.map((id) => stepOf(id, ':'))));
    assert.equal(failure, null);
    assert.deepEqual(
      heard.filter(([what]) => what === 'began').map(([, id]) => id),
      names,
    );
  });

  it('takes output that looks like a mark for output', async () => {
    const world = given();
    const fake = "printf '\\036000000000000000000000000 end 1 0 0\\n\\036'";
    const { heard } = await world.run(segmentOf([stepOf('one', fake)]));
    assert.deepEqual(heard[1], ['output', 'one', '\u001e000000000000000000000000 end 1 0 0\n\u001e']);
  });

  it('puts characters together that arrive in two parts', async () => {
    const world = given();
    const { text } = await world.run(segmentOf([stepOf('one', "printf '\\303'; sleep 0.1; printf '\\251'")]));
    assert.equal(text, 'é');
  });

  it('runs a script of 300 kB', async () => {
    const world = given();
    const { failure, text } = await world.run(
      segmentOf([stepOf('one', `: '${'x'.repeat(300_000)}'\necho end`), stepOf('two', 'echo two')]),
    );
    assert.deepEqual([failure, text], [null, 'end\ntwo\n']);
  });

  it('carries three megabytes of output whole', async () => {
    const world = given();
    const { text } = await world.run(segmentOf([stepOf('one', 'head -c 3000000 /dev/zero | tr "\\000" x')]));
    assert.equal(text.length, 3_000_000);
  });

  it('gives a secret to the steps that name it and shows it nowhere else', async () => {
    const world = given();
    const secret = 'it\'s a "secret" $HOME \\ swordfish';
    const look = 'case "$(ps -A -o args)" in *"$TOKEN"*) echo seen;; *) echo unseen;; esac';
    const { failure, heard } = await world.run(
      segmentOf(
        [
          stepOf('with', `printf '%s\\n' "$TOKEN"; ${look}`, { secrets: ['TOKEN'] }),
          stepOf('without', 'set; env; echo "${OTHER-none}"'),
        ],
        { secrets: { OTHER: 'another', TOKEN: secret } },
      ),
    );
    assert.equal(failure, null);
    assert.deepEqual(heard[1], ['output', 'with', `${secret}\nunseen\n`]);
    const without = heard[4]?.[2];
    assert.match(String(without), /\nnone\n$/);
    assert.doesNotMatch(String(without), /swordfish|another/);
  });

  it('runs segments that are asked for together one after another', async () => {
    const world = given();
    const texts = await Promise.all(
      ['a', 'b', 'c'].map((id) => world.run(segmentOf([stepOf(id, `echo ${id}; sleep 0.05; echo ${id}`)]))),
    );
    assert.deepEqual(
      texts.map(({ text }) => text),
      ['a\na\n', 'b\nb\n', 'c\nc\n'],
    );
  });
}
