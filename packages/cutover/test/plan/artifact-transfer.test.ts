import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { ScriptExit } from '../../src/model/failure.ts';
import type { PackPayload } from '../../src/plan/delivery.ts';
import { receive } from '../../src/plan/steps/receive.ts';
import { makeSpare } from '../../src/plan/steps/spare.ts';
import { emptyHost } from '../../src/remote/memory/host.ts';
import { openPayloads } from '../../src/source/payloads.ts';
import type { ResolvedSource } from '../../src/source/resolved.ts';
import { anyItems, type Item, makeDirectory, told } from '../kit/directories.ts';
import { type Place, placeFor, placeRelease, shells } from '../kit/place.ts';
import { until } from '../kit/until.ts';
import { answered, git, noSignal, resolveRevision } from '../source/kit.ts';

describe('an artifact of which a host gets what it lacks', () => {
  it('is there as it is here, whatever changed since the one before, with a spare and without', async (t) => {
    const rounds = fc.tuple(anyItems, anyItems);
    await fc.assert(
      fc.asyncProperty(fc.array(rounds, { minLength: 4, maxLength: 4 }), async (all) => {
        await Promise.all([...hollow, ...all].map((versions, i) => goesOver(t, versions, i)));
      }),
      { numRuns: 1, endOnFailure: true },
    );
  });

  it('costs what changed, and nothing when nothing did', async (t) => {
    const transfer = begin(t);
    const files = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`d${i % 5}/f${i}`, file(`${i} `.repeat(1000))]),
    );
    makeDirectory(transfer.here, files);
    const whole = await go(transfer);
    assert.equal(whole.objects, 56);
    makeDirectory(transfer.here, files);
    const same = await go(transfer);
    assert.deepEqual([same.id, same.objects], [whole.id, 0]);
    makeDirectory(transfer.here, { ...files, 'd3/f3': file('changed') });
    const changed = await go(transfer);
    // The file, its directory and the root.
    assert.equal(changed.objects, 3);
    assert.ok(changed.bytes < 1000, `${changed.bytes} bytes`);
  });

  it('that is an archive is there as tar unpacks it, and costs what changed in it', async (t) => {
    const transfer = begin(t);
    const archive = join(transfer.place.directory, 'app.tar.gz');
    const files: Record<string, Item> = {
      'bin/run': { ...file('#!/bin/sh'), mode: 0o755 },
      'bin/link': { kind: 'link', content: 'run', mode: 0 },
      '.gitattributes': file('* export-ignore'),
      secret: { ...file('x'), mode: 0o600 },
      'var/empty': empty,
    };
    const archived = (changed: string): void => {
      makeDirectory(transfer.here, { ...files, changed: file(changed), also: file(changed) });
      execFileSync('tar', ['-czf', archive, '-C', transfer.here, '.']);
    };
    archived('once');
    const first = await go(transfer, shells[0], archive);
    archived('and again');
    const second = await go(transfer, shells[1], archive);
    assert.notEqual(first.id, second.id);
    // One file that is there twice, and the root.
    assert.equal(second.objects, 2);
    execFileSync('sh', ['-c', `gzip -dc ${archive} | gzip -1 > ${archive}.new && mv ${archive}.new ${archive}`]);
    const packed = await go(transfer, shells[2], archive);
    assert.deepEqual([packed.id, packed.objects], [second.id, 0]);
  });

  it('that a host was wrongly thought to have is told as damage, after which all of it is sent', async (t) => {
    const { place, here } = begin(t);
    makeDirectory(here, { a: file('1'), 'b/c': file('2') });
    const resolved = await resolve(here);
    const tree = resolved.tree ?? '';
    const bytes = await packOf(here, { tree, have: ['f'.repeat(40)], held: new Set(await idsOf(here, tree)) });
    const { said, status } = received(place, resolved, { path: here, bytes });
    assert.equal(status, ScriptExit.damaged, said);
    const all = await packOf(here, { tree, have: [], held: new Set() });
    const anew = received(place, resolved, { path: here, bytes: all, otherwise: true });
    assert.equal(anew.status, 0, anew.said);
    assert.deepEqual(toldOf(place), told(here));
  });
});

const empty: Item = { kind: 'directory', content: '', mode: 0o755 };

/** Nothing but directories, with a spare and without, and a directory of a name that git would act upon. */
const hollow: readonly (readonly [Readonly<Record<string, Item>>, Readonly<Record<string, Item>>])[] = [
  [{ 'a/b': empty }, { 'a/b': empty, c: file('1'), '.gitattributes/x': file('* export-ignore') }],
  [{ c: file('1'), '.gitattributes': file('* export-ignore') }, { '.gitattributes/b': empty }],
];

interface Transfer {
  readonly place: Place;
  readonly here: string;
  readonly trees: string[];
}

function begin(t: TestContext): Transfer {
  const place = placeFor(t, emptyHost(), { spare: { files: 0, megabytes: 100 } });
  return { place, here: join(place.directory, 'dist'), trees: [] };
}

async function goesOver(
  t: TestContext,
  [first, second]: readonly [Readonly<Record<string, Item>>, Readonly<Record<string, Item>>],
  i: number,
): Promise<void> {
  const transfer = begin(t);
  const shell = shells[i % shells.length];
  makeDirectory(transfer.here, first);
  await go(transfer, shell);
  if (i % 2 === 0) await leaveSpare(transfer.place);
  makeDirectory(transfer.here, second);
  const { said } = await go(transfer, shell);
  assert.equal(said.includes('Applied the change to the spare.'), i % 2 === 0, said);
}

async function leaveSpare(place: Place): Promise<void> {
  const step = makeSpare(place.job, place.site);
  assert.ok(step);
  const begun = place.run(step.script);
  assert.equal(begun.status, 0, begun.said);
  await until('the spare is ready', () => existsSync(join(place.path, '.cutover/spares/test-1/tree')));
}

/** Sends what is here to the place, as a deployment does, and sees that it arrived. */
async function go({ place, here, trees }: Transfer, shell = shells[0], path = here) {
  const resolved = await resolve(path);
  const tree = resolved.tree ?? '';
  const held = new Set(trees.length > 0 ? idsIn(place, trees).map((id) => id.slice(0, 16)) : []);
  const bytes = await packOf(path, { tree, have: [...trees], held });
  const { status, said } = received(place, resolved, { path, bytes, shell });
  assert.equal(status, 0, said);
  assert.deepEqual(toldOf(place), told(here));
  git(place.path, ['--git-dir', '.cutover/repo.git', 'update-ref', `refs/cutover/releases/${trees.length}`, tree]);
  trees.push(tree);
  return { said, id: resolved.revision.id, objects: bytes.readUInt32BE(8), bytes: bytes.length };
}

async function resolve(path: string): Promise<ResolvedSource> {
  const source = { kind: 'artifact', path, exclude: [] } as const;
  const resolved = answered(await resolveRevision(source, { signal: noSignal, limitMs: 1000 }));
  assert.notEqual(resolved.tree, null, resolved.notes.join());
  return resolved;
}

interface Packing {
  readonly tree: string;
  readonly have: readonly string[];
  readonly held: ReadonlySet<string>;
}

async function packOf(path: string, { tree, have, held }: Packing): Promise<Buffer> {
  const payloads = openPayloads({ repository: null, exclude: [], signal: noSignal, held: async () => held });
  try {
    return await buffer(answered(await payloads.make({ kind: 'artifact-pack', path, tree, have }, 'web1')).read());
  } finally {
    await payloads.dispose();
  }
}

interface Arriving {
  readonly path: string;
  readonly bytes: Buffer;
  readonly shell?: (typeof shells)[number] | undefined;
  readonly otherwise?: boolean;
}

/** What the step that receives it says, or the one that is done in its place. */
function received(place: Place, { tree, remainder }: ResolvedSource, { path, bytes, shell, otherwise }: Arriving) {
  const all: PackPayload = { kind: 'artifact-pack', path, tree: tree ?? '', have: [] };
  const usual = receive(place.job, place.site, { kind: 'pack', tree: all.tree, all, remainder, payload: all });
  const step = otherwise ? usual.otherwise : usual;
  assert.ok(step);
  const release = join(place.path, 'releases', placeRelease);
  if (!otherwise) {
    rmSync(release, { recursive: true, force: true });
    mkdirSync(release);
  }
  writeFileSync(join(place.directory, 'pack'), bytes);
  const env = { CUTOVER_PAYLOAD: join(place.directory, 'pack') };
  return place.run(step.script, shell ? { shell, env } : { env });
}

function toldOf(place: Place): readonly string[] {
  return told(join(place.path, 'releases', placeRelease)).filter((line) => !line.startsWith('REVISION '));
}

function idsIn(place: Place, trees: readonly string[]): readonly string[] {
  const args = ['--git-dir', '.cutover/repo.git', 'rev-list', '--objects', ...trees];
  return execFileSync('git', args, { cwd: place.path, encoding: 'utf8' })
    .split('\n')
    .map((line) => line.slice(0, 40));
}

/** The ids of all objects but the root, as a host would tell them. */
async function idsOf(path: string, tree: string): Promise<readonly string[]> {
  const { treeOfDirectory } = await import('../../src/source/artifact-tree.ts');
  const made = await treeOfDirectory(path, [], noSignal);
  assert.ok('objects' in made);
  return [...made.objects.keys()].filter((id) => id !== tree).map((id) => id.slice(0, 16));
}

function file(content: string): Item {
  return { kind: 'file', content, mode: 0o644 };
}
