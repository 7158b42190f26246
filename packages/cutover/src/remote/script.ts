import { ScriptExit } from '../model/failure.ts';
import { wantedBytes, whyUnwritten } from '../shell/room.ts';
import { lines, quote, type Shell, sh } from '../shell/text.ts';
import type { LaterSegment, Segment, SegmentStep } from './session.ts';

/** What a script is made of. */
export type Scripted = LaterSegment & Partial<Pick<Segment, 'payload'>>;

/**
 * The segment as one text for `sh`: each step in a subshell, between two marks, and a mark when all is over. It is one brace group, so
 * that the shell has read all of it before anything runs, and it leaves nothing behind for a segment that the same shell runs later.
 * Descriptor 5 wakes the followers of a journal; where there is none it is not open. A step is given to `eval` as one word: a mistake
 * in its syntax is its own.
 */
export function segmentScript(segment: Scripted, nonce: string): Shell {
  const names = Object.keys(segment.secrets);
  const { payload = null } = segment;
  const wakesAtFirst = !segment.steps.every(isSmall);
  return lines(
    sh`{`,
    sh`while :; do`,
    ...segment.steps.map((step, index) =>
      stepText({
        step,
        payloadBytes: payload?.bytes ?? null,
        isHeard: wakesAtFirst && index === 0,
        index,
        names,
        nonce,
      }),
    ),
    sh`break`,
    sh`done`,
    payload === null
      ? null
      : sh`[ ! -e "$CUTOVER_PAYLOAD" ] || rm -f "$CUTOVER_PAYLOAD"; unset CUTOVER_PAYLOAD CUTOVER_PAYLOAD_PROBLEM`,
    names.length === 0 ? null : sh`unset ${names.map((_, at) => carrier(at))}`,
    // Where it cannot be written any more, the end of the shell is what tells.
    sh`printf '\036%s over\n' ${nonce} || exit`,
    wake,
    sh`}`,
  );
}

/** The secrets as shell variables that are not exported; each step takes its own and forgets the others. */
export function secretsText(segment: LaterSegment): string {
  return Object.values(segment.secrets)
    .map((value, index) => `${carrier(index)}=${quote(value)}\n`)
    .join('');
}

/** Why no host could be asked to run this segment, as a sentence; null when it can. */
export function refusalOf(segment: Segment): string | null {
  const { payload, secrets, steps } = segment;
  const nameless = Object.keys(secrets).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (nameless !== undefined) return `The secret "${nameless}" cannot be the name of an environment variable.`;
  const missing = steps.flatMap((step) => step.secrets).find((name) => !Object.hasOwn(secrets, name));
  if (missing !== undefined) return `The secret "${missing}" has no value.`;
  if ([...Object.values(secrets), ...steps.map((step) => step.script)].some((text) => text.includes('\0')))
    return 'A NUL character cannot be part of a script or a secret.';
  if (payload !== null && !/^\/[^\n\0]+$/.test(payload.path))
    return `Data cannot be put into ${JSON.stringify(payload.path)}: the path must be absolute and on one line.`;
  return null;
}

interface StepAt {
  readonly step: SegmentStep;
  /** Whether its beginning wakes the followers. */
  readonly isHeard: boolean;
  readonly index: number;
  /** How much comes along for it; null where nothing does. */
  readonly payloadBytes: number | null;
  readonly names: readonly string[];
  readonly nonce: string;
}

/**
 * Small steps of our own. Of what begins a follower hears at its next look: to be woken costs a process. It is woken for the first step of
 * a segment, whose beginning tells how far away the host is, unless all of it is small and over at once.
 */
const small: readonly SegmentStep['effect']['kind'][] = [
  'unlock',
  'create',
  'verify',
  'extend',
  'confirm',
  'record',
  'spare',
  'note',
];

function isSmall(step: SegmentStep): boolean {
  return small.includes(step.effect.kind);
}

// The subshell stands alone, not before `||` or in an `if`: there the shell would ignore `set -e`.
function stepText({ step, payloadBytes, isHeard, index, names, nonce }: StepAt): Shell {
  return lines(
    sh`printf '\036%s begin %s\n' ${nonce} ${index}`,
    isHeard ? wake : null,
    sh`(`,
    payloadBytes !== null && usesPayload(step) ? payloadGuard(payloadBytes) : null,
    ...names.map((name, at) => (step.secrets.includes(name) ? taken(name, at) : null)),
    names.length === 0 ? null : sh`unset ${names.map((_, at) => carrier(at))}`,
    sh`CUTOVER_STEP=${step.id}`,
    sh`set -eu`,
    sh`eval ${step.script}`,
    sh`) </dev/null 2>&1 5>&-`,
    sh`cutover_code=$?`,
    sh`printf '\036%s end %s %s\n' ${nonce} ${index} "$cutover_code"`,
    step.mayFail ? null : sh`[ "$cutover_code" -eq 0 ] || break`,
  );
}

const wake = sh`{ printf '\n' >&5; } 2>/dev/null`;

/** What was written of it is removed already: whether there is room is asked by its size. */
function payloadGuard(bytes: number): Shell {
  const wanted = wantedBytes(bytes);
  return lines(
    sh`if [ -n "$CUTOVER_PAYLOAD_PROBLEM" ]; then`,
    whyUnwritten,
    sh`printf 'The data for this step could not be written: %s\n' "$CUTOVER_PAYLOAD_PROBLEM"`,
    sh`if no_room "\${CUTOVER_PAYLOAD%/*}" ${wanted}; then exit ${ScriptExit.noRoom}; fi`,
    sh`exit ${ScriptExit.refused}`,
    sh`fi`,
  );
}

function usesPayload(step: SegmentStep): boolean {
  return step.script.includes('CUTOVER_PAYLOAD');
}

function taken(name: string, index: number): Shell {
  return lines(sh`${name}=$${carrier(index)}`, sh`export ${name}`);
}

function carrier(index: number): string {
  return `cutover_secret_${index}`;
}
