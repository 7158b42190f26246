import { closeSync, createReadStream, openSync, statSync, writeSync } from 'node:fs';
import type { Failure } from '../model/failure.ts';
import type { Host } from '../model/host.ts';
import type { Settings } from '../model/settings.ts';
import type { Build } from '../model/source.ts';
import { type Fleet, isOpenFailure, type Segment, type Session } from '../remote/session.ts';
import { failureSentence } from '../report/sentences.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { type BuildElsewhere, buildFailed, buildScript, buildTooLong } from '../source/build.ts';
import { cancelled, type SourceProblem, sourceProblem } from '../source/problem.ts';
import { capture } from './capture.ts';
import { connect } from './hosts.ts';
import type { Outside } from './outside.ts';

/** A build on a host, and what it runs with. */
interface BuildThere {
  readonly build: Build;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Settings;
  readonly outside: Outside;
  /** Hears what the build prints, as it comes. */
  said(text: string): void;
  readonly signal: AbortSignal;
}

/**
 * Builds on a host, over one connection of its own: the checkout goes there as data of the build, the result comes back as output in
 * base64. All of it is tied to the connection, and lies in a temporary directory that is removed.
 */
export function buildOn(host: Host, wish: BuildThere): BuildElsewhere {
  return async ({ from, to }) => {
    const fleet = connect({ ...wish.settings, hosts: [host] }, wish.outside, 'nothing');
    try {
      return await builtOn(fleet, { ...wish, host, from, to });
    } finally {
      await fleet.close();
    }
  };
}

interface Work extends BuildThere {
  readonly host: Host;
  readonly from: string;
  readonly to: string;
}

async function builtOn(fleet: Fleet, work: Work): Promise<SourceProblem | null> {
  const { host, signal } = work;
  const session = await fleet.session(host.name, signal);
  if (isOpenFailure(session)) return told(session, work);
  const found = await capture(fleet, host.name, { script: placing, signal });
  if (!found.ok) return told(found.failure, work, found.output);
  const place = found.output.trim();
  try {
    return await buildIn(place, session, work);
  } finally {
    await capture(fleet, host.name, { script: sh`rm -rf ${place}`, signal: AbortSignal.timeout(clearingMs) });
  }
}

/** How long the removal of what lies on the host may be waited for. */
const clearingMs = 30_000;

/** Makes the directory, which nobody else may read, and says what is missing. */
const placing = sh`
  for tool in tar gzip base64 mktemp; do
    command -v "$tool" > /dev/null || { echo "A build needs $tool, which is not there."; exit 1; }
  done
  mktemp -d "\${TMPDIR:-/tmp}/cutover-build-XXXXXXXX"`;

async function buildIn(place: string, session: Session, work: Work): Promise<SourceProblem | null> {
  const { build, host, said, signal, to } = work;
  const limit = AbortSignal.timeout(build.limitMs);
  const result = writing(to);
  const progress = {
    stepBegan: () => {},
    stepEnded: () => {},
    stepOutput: (step: string, text: string) => (step === 'bring' ? result.take(text) : said(text)),
  };
  const failure = await session.run(segmentOf(place, work), progress, AbortSignal.any([signal, limit]));
  result.end();
  if (failure === null) return null;
  if (failure.kind === 'cancelled' && limit.aborted) return buildTooLong(`on ${host.name}`, build);
  return failure.kind === 'exit'
    ? buildFailed(`on ${host.name}`, `ended with exit code ${failure.code}`)
    : told(failure, work);
}

function segmentOf(place: string, { build, env, from, host }: Work): Segment {
  const payload = { bytes: statSync(from).size, path: `${place}/tree.tar`, read: () => createReadStream(from) };
  const steps = [
    stepOf('unpack', sh`mkdir ${`${place}/tree`} && tar -xf "$CUTOVER_PAYLOAD" -C ${`${place}/tree`}`),
    stepOf(
      'build',
      lines(
        sh`cd ${`${place}/tree`}`,
        ...Object.entries({ ...env, ...host.env }).map(([name, value]) => sh`export ${name}=${value}`),
        buildScript(build),
      ),
    ),
    // Made whole first: of a pipe only the end of its last part is known.
    stepOf(
      'pack',
      sh`
        cd ${`${place}/tree`}
        [ -d ${build.path} ] || { printf 'The build made no directory %s.\n' ${build.path}; exit 1; }
        tar -czf ${`${place}/built.tar.gz`} -C ${build.path} .`,
    ),
    stepOf('bring', sh`base64 < ${`${place}/built.tar.gz`}`),
  ];
  return { id: 'build', steps, secrets: {}, payload, journal: null };
}

function stepOf(id: string, script: Shell): Segment['steps'][number] {
  return { id, script: String(script), secrets: [], effect: { kind: 'hook' }, mayFail: false };
}

/** Base64 as it comes, into a file. */
function writing(path: string): { take(text: string): void; end(): void } {
  const file = openSync(path, 'w', 0o600);
  let held = '';
  return {
    take(text) {
      held += text.replaceAll(/\s/g, '');
      const whole = held.length - (held.length % 4);
      writeSync(file, Buffer.from(held.slice(0, whole), 'base64'));
      held = held.slice(whole);
    },
    end: () => closeSync(file),
  };
}

function told(failure: Failure, { host, signal }: Work, output = ''): SourceProblem {
  if (signal.aborted) return cancelled;
  const sentence = failureSentence(failure, { host: host.name, title: null });
  return sourceProblem('build-failed', [sentence, output.trim()].filter((part) => part !== '').join('\n'));
}
