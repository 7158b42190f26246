import type { ActivationFacts } from '../../model/facts.ts';
import { asideDir, currentTarget } from '../../model/layout.ts';
import { hasServed, type ReleaseRecord } from '../../model/release.ts';
import { flushAll } from '../../shell/durable.ts';
import { lines, sh } from '../../shell/text.ts';
import { recordOf, type Site, type Wish, withState } from '../job.ts';
import { lastMomentLive } from '../keep.ts';
import type { Step } from '../plan.ts';
import { putRecords } from '../records.ts';
import { noUndo, step } from '../step.ts';
import { underLock } from './guard.ts';
import { keepFormerFunction } from './keep-former.ts';
import { removeWholeFunction } from './remove-whole.ts';
import { inServiceFunction, replaceLinkFunction, swapCurrent } from './swap.ts';

const healed = noUndo('What is healed need not be broken again.');

/** Moves files that cannot be understood out of the way, to where a person can look at them. */
export function setAside(wish: Wish, site: Site, files: readonly string[]): Step {
  return step({
    id: 'set-aside',
    title: `keep ${files.join(', ')} aside`,
    effect: { kind: 'note' },
    script: lines(
      underLock(site.path, wish.deployment),
      sh`
        aside=${asideDir}/${wish.deployment}
        mkdir -p "$aside"
        for file in ${files}; do
          case $file in
            */*) rm -rf "$aside/guard"; mv -f "\${file%/*}" "$aside/guard" ;;
            *) mv -f ".cutover/releases/$file" "$aside/" ;;
          esac
          printf '%s\n' "$file is kept in $PWD/$aside."
        done`,
    ),
    limitMs: wish.settings.limits.stepMs,
    undo: healed,
  });
}

/** An activation that nobody confirmed, and the record of its release. */
export interface Unconfirmed {
  readonly activation: ActivationFacts;
  readonly record: ReleaseRecord | null;
}

/** Records that the release in service serves, and that the one before it is left: what the confirmation would have done. */
export function keepServing(
  wish: Wish,
  site: Site,
  parts: { activation: ActivationFacts; record: ReleaseRecord },
): Step {
  const { activation, record } = parts;
  const before = activation.previous === null ? null : recordOf(site, activation.previous);
  const live = withState(record, 'live', wish.nowMs);
  const records = before && hasServed(before) ? [withState(before, 'retired', wish.nowMs), live] : [live];
  return step({
    id: 'keep',
    title: `record ${activation.release} as live`,
    effect: { kind: 'record', records },
    script: lines(underLock(site.path, wish.deployment), putRecords(records, lastMomentLive(site.facts.records))),
    limitMs: wish.settings.limits.stepMs,
    undo: healed,
  });
}

/** Puts the release before back in service, as the guard would have done, and records the one that is left as failed. */
export function goBack(wish: Wish, site: Site, { activation, record }: Unconfirmed): readonly (Step | null)[] {
  const { release, previous } = activation;
  if (previous === null) return [];
  const failed = record && !hasServed(record) ? withState(record, 'failed', wish.nowMs) : null;
  const limitMs = wish.settings.limits.stepMs;
  return [
    step({
      id: 'go-back',
      title: `put ${previous} back in service`,
      effect: { kind: 'restore', release, previous },
      script: lines(
        underLock(site.path, wish.deployment),
        inServiceFunction,
        sh`in_service; [ "$serves" = ${release} ] || exit 0`,
        replaceLinkFunction,
        swapCurrent(currentTarget(previous), 'current'),
        flushAll('.'),
      ),
      limitMs,
      undo: healed,
    }),
    failed &&
      step({
        id: 'record-failed',
        title: `record ${release} as failed`,
        effect: { kind: 'record', records: [failed] },
        script: lines(underLock(site.path, wish.deployment), putRecords([failed])),
        limitMs,
        undo: healed,
      }),
  ];
}

/** Removes what dead deployments left, each by its name as it was found. */
export function sweepLeftovers(wish: Wish, site: Site, leftovers: readonly string[]): Step {
  return step({
    id: 'sweep',
    title: `remove ${leftovers.length === 1 ? 'what was left over' : `${leftovers.length} things that were left over`}`,
    effect: { kind: 'note' },
    script: lines(
      underLock(site.path, wish.deployment),
      removeWholeFunction,
      keepFormerFunction,
      sh`
        left=
        for path in ${leftovers}; do keep_former "$path" && remove_whole "$path" || left=1; done
        [ -z "$left" ]`,
    ),
    limitMs: wish.settings.limits.transferMs,
    undo: healed,
  });
}
