import { type FileHandle, open, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { pipeline } from 'node:stream/promises';
import type { HostName } from '../model/host.ts';
import type { Payload } from '../model/payload.ts';
import { compress } from './compression.ts';
import { git, gitFailed } from './git.ts';
import { writePack } from './pack.ts';
import { isSourceProblem, reasonOf, type SourceProblem, sourceProblem } from './problem.ts';
import { type MadePayload, payloadIn, spoolFile, writeTo } from './spool.ts';

/** What the payloads of one deployment are made from. */
export interface PayloadContext {
  /** The local repository; null for sources that have none. */
  readonly repository: string | null;
  /** What an artifact leaves out. */
  readonly exclude: readonly string[];
  readonly signal: AbortSignal;
  /** Asks a host what the trees of its releases hold: the first digits of the ids. Nobody is asked where it is left out. */
  held?(have: readonly string[], host: HostName): Promise<ReadonlySet<string>>;
}

/** The payloads of one deployment. */
export interface Payloads {
  /** Makes a payload, once for all who want the same; the host is the one that waits for it. */
  make(payload: Payload, host?: HostName): Promise<MadePayload | SourceProblem>;
  /** What was made already, or is being made. */
  made(payload: Payload): Promise<MadePayload | SourceProblem> | null;
  /** Gives the disk space back; nothing can be read afterwards. */
  dispose(): Promise<void>;
}

/** Makes payloads on this machine's disk, under no name, and leaves nothing behind. */
export function openPayloads(context: PayloadContext): Payloads {
  const made = new Map<string, Promise<Made>>();
  const answerOf = async (making: Promise<Made>) => (await making).answer;
  return {
    make(payload, host) {
      const key = JSON.stringify(payload);
      const making = made.get(key) ?? makePayload(payload, { ...context, host });
      made.set(key, making);
      return answerOf(making);
    },
    made(payload) {
      const making = made.get(JSON.stringify(payload));
      return making === undefined ? null : answerOf(making);
    },
    async dispose() {
      const all = await Promise.allSettled(made.values());
      made.clear();
      await Promise.all(
        all.map(async (one) => {
          if (one.status === 'fulfilled') await one.value.file?.close();
        }),
      );
    },
  };
}

interface Making extends PayloadContext {
  readonly host: HostName | undefined;
}

interface Made {
  readonly answer: MadePayload | SourceProblem;
  readonly file: FileHandle | null;
}

async function makePayload(payload: Payload, context: Making): Promise<Made> {
  if (payload.kind === 'file') return fileAsItIs(payload.path);
  const file = await spoolFile().catch(notWritten);
  if (isSourceProblem(file)) return { answer: file, file: null };
  const problem = await written(writePayload(payload, context, file).catch(notWritten));
  if (!problem) return { answer: await payloadIn(file), file };
  await file.close();
  return { answer: problem, file: null };
}

/** What cannot be written is the less of a surprise the clearer it is said where: git says only that its output could not be. */
async function written(writing: Promise<SourceProblem | null>): Promise<SourceProblem | null> {
  const problem = await writing;
  if (problem?.problem !== 'git-failed') return problem;
  const { bavail, bsize } = await statfs(tmpdir());
  return bavail * bsize < nothingBytes ? notWritten('no space is left there.') : problem;
}

/** What a file system that is full may still show as free. */
const nothingBytes = 64 * 1024;

function notWritten(error: unknown): SourceProblem {
  const place = `${tmpdir()} on this machine`;
  return sourceProblem('no-room', `What is to be sent could not be written to ${place}: ${reasonOf(error)}`);
}

async function fileAsItIs(path: string): Promise<Made> {
  try {
    const file = await open(path, 'r');
    return { answer: await payloadIn(file), file };
  } catch (error) {
    return { answer: sourceProblem('unreadable', `${path} could not be read: ${reasonOf(error)}`), file: null };
  }
}

type Spooled = Exclude<Payload, { kind: 'file' }>;

async function writePayload(payload: Spooled, context: Making, file: FileHandle): Promise<SourceProblem | null> {
  switch (payload.kind) {
    case 'git-pack':
      return writePack(context, payload, file);
    case 'git-archive':
      return writeArchive(payload, context, file);
    case 'artifact-pack':
      return writeLacking(payload, context, file);
    case 'artifact':
      return writeSameArtifact(payload, context, file);
  }
}

async function writeArchive(
  { tree, compression }: Extract<Payload, { kind: 'git-archive' }>,
  context: PayloadContext,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const answer = await git({
    ...context,
    args: ['archive', '--format=tar', tree],
    output: (stdout) => pipeline([stdout, ...compress(compression), writeTo(file)]),
  });
  if (isSourceProblem(answer)) return answer;
  return answer.code === 0 ? null : gitFailed('archive the revision', answer);
}

/** Hosts that hold the same trees lack the same, so only the first of them is asked. */
async function writeLacking(
  payload: Extract<Payload, { kind: 'artifact-pack' }>,
  context: Making,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const { writeArtifactPack } = await import('./artifact-pack.ts');
  const { exclude, signal, host } = context;
  const isAsked = payload.have.length > 0 && host !== undefined;
  const held = (isAsked && (await context.held?.(payload.have, host))) || new Set<string>();
  return writeArtifactPack(payload, { exclude, signal, held }, file);
}

/** The host will compare digests too; what changed here since the plan was made is found before it is sent. */
async function writeSameArtifact(
  payload: Extract<Payload, { kind: 'artifact' }>,
  context: PayloadContext,
  file: FileHandle,
): Promise<SourceProblem | null> {
  const { writeArtifact } = await import('./artifact-tar.ts');
  const { exclude, signal } = context;
  const digest = await writeArtifact({ ...payload, exclude, signal }, writeTo(file));
  if (isSourceProblem(digest)) return digest;
  if (digest === payload.digest) return null;
  const { artifactChanged } = await import('./artifact-pack.ts');
  return artifactChanged(payload.path);
}
