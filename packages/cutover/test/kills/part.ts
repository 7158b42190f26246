import type { Event } from '../../src/events/event.ts';

/** The parts of a deployment, by the names of their phases. */
const parts: readonly (readonly [string, RegExp])[] = [
  ['the lock', /^lock/],
  ['the activation', /activate/],
  ['the checks', /check/],
  ['the confirmation', /^(extend|confirm)/],
  ['the last hooks', /finish|^spare/],
];

/** Which part of a deployment a host was in at a moment, by what was told. */
export function partAt(events: readonly Event[], at: { readonly host: string; readonly atMs: number }): string {
  const before = events.filter((event) => Date.parse(event.at) <= at.atMs);
  const last = before.findLast((event) => isAbout(event, at.host));
  switch (last?.type) {
    case undefined:
      return 'the look';
    case 'undo.started':
      return 'the undo';
    case 'phase.started':
      return partOf(last.phase);
    case 'phase.ended':
      return last.phase === phasesOf(before).at(-1)?.name ? 'the closing' : partOf(last.phase);
    case 'step.started':
      return partOf(
        phasesOf(before).find(({ steps }) => steps[at.host]?.some(({ id }) => id === last.step))?.name ?? '',
      );
    default:
      return 'the plan';
  }
}

function isAbout(event: Event, host: string): boolean {
  if (event.type === 'undo.started' || event.type === 'step.started') return event.host === host;
  return ['deployment.started', 'phase.started', 'phase.ended'].includes(event.type);
}

function phasesOf(events: readonly Event[]) {
  const started = events.find((event) => event.type === 'deployment.started');
  return started?.outline.phases ?? [];
}

/** Whatever else has a name builds the release and proves it. */
function partOf(phase: string): string {
  return parts.find(([, form]) => form.test(phase))?.[0] ?? 'the building';
}
