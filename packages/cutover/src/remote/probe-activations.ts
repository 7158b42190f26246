import { z } from 'zod';
import type { ActivationFacts, LockFacts } from '../model/facts.ts';
import { jsonOf } from '../model/json.ts';
import { type Shell, tight } from '../shell/text.ts';
import type { Printed } from './probe-lines.ts';

/** Tells of every activation that nobody closed: what was decided and whether its guard runs. Leaves the files to show in `$@`. Wants the functions that tell who is alive; run in the deploy path. */
export const activationLines: Shell = tight`
  for guard in .cutover/runs/*/guard; do
    if [ -s "$guard/armed" ]; then
      turn=0
      while [ "$(readlink "$guard/verdict.$turn")" = extended ]; do turn=$((turn + 1)); done
      pid=
      if [ -f "$guard/process" ]; then read -r pid booted started < "$guard/process" || :; fi
      if [ ! -e "$guard/outcome" ] && is_alive "$pid" "\${booted-}" "\${started-}"; then put guarded yes; else put guarded no; fi
      put activation "$guard/armed"
      put armed "$(date -u -r "$guard/armed" +%Y-%m-%dT%H:%M:%SZ || date -u +%Y-%m-%dT%H:%M:%SZ)"
      put verdict "$(readlink "$guard/verdict.$turn" || echo open)"
      set -- "$@" "$guard/armed"
    fi
  done`;

const armed = z.object({
  format: z.literal(1),
  deployment: z.string(),
  release: z.string(),
  previous: z.string().nullable(),
  within: z.number(),
  onLost: z.enum(['revert', 'keep']),
});

/** The activations that the probe told of, and the names of files that could not be understood. A guard can do nothing without the lock. */
export function activationsIn(
  printed: Printed,
  lock: LockFacts,
): {
  readonly activations: readonly ActivationFacts[];
  readonly damaged: readonly string[];
} {
  const holder = lock.kind === 'held' ? lock.holder.deployment : null;
  const verdicts = printed.all('verdict');
  const guarded = printed.all('guarded');
  const moments = printed.all('armed');
  const read = printed.all('activation').flatMap((path, i) => {
    if (printed.isGone(path)) return [];
    const told = understood(printed.file(path));
    if (told === null) return path;
    const { format: _, within, ...rest } = told;
    const verdict = verdictOf(verdicts[i]);
    const isGuarded = verdict !== 'confirmed' && guarded[i] === 'yes' && told.deployment === holder;
    return { ...rest, since: moments[i] ?? '', withinSeconds: within, verdict, isGuarded };
  });
  return {
    activations: read.filter((one) => typeof one !== 'string'),
    damaged: read.filter((one) => typeof one === 'string'),
  };
}

function verdictOf(word: string | undefined): ActivationFacts['verdict'] {
  return word === 'confirmed' || word === 'reverted' ? word : 'open';
}

function understood(text: string | null): z.output<typeof armed> | null {
  return armed.safeParse(jsonOf(text ?? '')).data ?? null;
}
