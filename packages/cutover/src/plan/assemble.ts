import type { DeploymentKind, Holder } from '../model/deployment.ts';
import type { ReleaseName } from '../model/release.ts';
import type { Revision } from '../model/revision.ts';
import { healingNotes } from './healing.ts';
import type { Site, Wish } from './job.ts';
import { arranged, atSites, phase } from './phases.ts';
import type { Phase, Plan } from './plan.ts';
import { closing } from './steps/closing.ts';
import { lock } from './steps/lock.ts';
import { watchingMs } from './steps/take-over.ts';

/** What a planner decided; `assemble` puts lock, closing and the outer form around it. */
export interface Decided {
  readonly wish: Wish;
  readonly kind: DeploymentKind;
  readonly sites: readonly Site[];
  readonly holder: Holder;
  readonly release: ReleaseName | null;
  readonly revision: Revision | null;
  readonly phases: readonly (Phase | null)[];
  readonly notes?: readonly string[];
}

/** The whole plan: lock, the decided phases, closing. */
export function assemble(decided: Decided): Plan {
  const { wish, sites } = decided;
  const limitMs = wish.settings.limits.stepMs;
  return {
    format: 1,
    deployment: wish.deployment,
    kind: decided.kind,
    project: wish.settings.project,
    stage: wish.settings.stage,
    ...(wish.settings.config === undefined ? {} : { config: wish.settings.config }),
    release: decided.release,
    revision: decided.revision,
    paths: Object.fromEntries(sites.map((site) => [site.host.name, site.path])),
    basis: Object.fromEntries(sites.map((site) => [site.host.name, site.serves])),
    served: Object.fromEntries(sites.flatMap(servedAt)),
    phases: limited(arranged([lockPhase(decided), ...decided.phases]), decided),
    closing: Object.fromEntries(sites.map((site) => [site.host.name, closing({ ...decided, site, limitMs })])),
    notes: [...healingNotes(sites), ...(decided.notes ?? [])],
    leftOut: wish.leftOut ?? {},
  };
}

/** What is in service at a site; what another tool built has no revision that is known. */
function servedAt({ facts, serves }: Site): readonly (readonly [ReleaseName, Revision])[] {
  const record = facts.records.find(({ name }) => name === serves);
  return record === undefined || record.adoptedFrom !== null ? [] : [[record.name, record.revision]];
}

/** The phases with the limit that the config sets for each. A lock that is taken over is watched first, for as long as that takes. */
function limited(phases: readonly Phase[], { wish, sites }: Decided): readonly Phase[] {
  const { phaseMs } = wish.settings.limits;
  const watched = Math.max(0, ...sites.map(({ takesOver }) => (takesOver === null ? 0 : watchingMs(takesOver))));
  if (phaseMs === undefined) return phases;
  return phases.map((each) => ({ ...each, limitMs: each.name === 'lock' ? phaseMs + watched : phaseMs }));
}

/** The first host decides between two starters: whoever has its lock gets the others', which the loser gives back. */
function lockPhase({ wish, sites, holder }: Decided): Phase | null {
  const [first] = sites;
  return phase({
    name: 'lock',
    steps: atSites(sites, (site) => [lock(wish, site, { holder, isPatient: site !== first })]),
    waits: true,
  });
}
