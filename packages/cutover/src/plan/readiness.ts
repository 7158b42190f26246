import { ScriptExit } from '../model/failure.ts';
import type { Settings } from '../model/settings.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import { deliveryTo } from './delivery.ts';
import { type Site, sitesOf, type Wish } from './job.ts';
import { buildObstaclesAt, obstaclesOf } from './preconditions.ts';
import type { Refusal } from './refusal.ts';
import { rehearseSwap, replaceLinkFunction } from './steps/swap.ts';

/** Everything for which a deployment would be refused as the hosts are now, whatever its revision. */
export function refusalsNow(wish: Wish): readonly Refusal[] {
  const sites = sitesOf(wish);
  return [
    ...obstaclesOf(sites, wish.settings),
    ...sites.flatMap((site) => [...buildObstaclesAt(site, wish.settings), ...deliveryObstacle(site, wish.settings)]),
  ];
}

/** Tries the swap of a link as an activation does it, in a temporary directory of its own that is gone afterwards. */
export function swapTrial(id: string): Shell {
  return lines(
    sh`
      place=
      for parent in "\${TMPDIR:-/tmp}" /tmp /var/tmp /dev/shm; do
        if (mkdir -m 700 "$parent/cutover-"${id} && echo > "$parent/cutover-"${id}/trial) 2>/dev/null; then place=$parent/cutover-${id}; break; fi
        rm -rf "$parent/cutover-"${id}
      done
      [ -n "$place" ] || { echo "It was not tried whether a link can be replaced in one step: no directory for temporary files can be written to."; exit ${ScriptExit.noRoom}; }
      trap 'cd / && rm -rf "$place"' EXIT
      cd "$place"
      mkdir .cutover`,
    replaceLinkFunction,
    rehearseSwap(id),
  );
}

/** Which tools are needed depends on the kind of source alone, so the revision need not be known. */
function deliveryObstacle({ host, facts }: Site, { source }: Settings): readonly Refusal[] {
  const delivery = deliveryTo(facts, { source, tree: null, remainder: null, digest: null });
  return delivery.kind === 'no-delivery' ? [{ kind: 'missing-tools', host: host.name, needs: delivery.needs }] : [];
}
