import type { z } from 'zod';
import { type Hook, type HookPhase, hookPhases } from '../../model/settings.ts';
import type { Path, Tell } from '../problem.ts';
import type { hook as hookSchema, hooks as hooksSchema } from '../schema/hooks.ts';
import { quoted, suggestion } from '../suggest.ts';
import { idleOf } from './source.ts';
import { type Fleet, targetsOf } from './targets.ts';

type WrittenHooks = z.output<typeof hooksSchema>;
type WrittenHook = z.output<typeof hookSchema>;

/** What hooks are resolved with. */
export interface HookContext {
  readonly fleet: Fleet;
  readonly secrets: readonly string[];
  readonly limitMs: number;
  readonly idleMs: number | undefined;
  readonly tell: Tell;
}

/** The hooks of a stage in the order in which they run; those that are for none of the selected hosts are left out. */
export function resolveHooks(written: WrittenHooks, context: HookContext): Hook[] {
  return points
    .flatMap(({ point, when, phase }) =>
      (written[point] ?? []).map((hook, i) => ({ when, phase, ...oneHook(hook, ['hooks', point, i], context) })),
    )
    .filter((hook) => hook.hosts.length > 0);
}

interface Point {
  readonly point: keyof WrittenHooks;
  readonly when: 'before' | 'after';
  readonly phase: HookPhase;
}

/** The build phase is nothing but hooks: its own commands stand between those before and after it. */
const points: readonly Point[] = hookPhases.flatMap((phase): Point[] => [
  { point: `before ${phase}`, when: 'before', phase },
  ...(phase === 'build' ? [{ point: phase, when: 'before' as const, phase }] : []),
  { point: `after ${phase}`, when: 'after', phase },
]);

function oneHook(
  hook: WrittenHook,
  path: Path,
  { fleet, secrets, limitMs, idleMs, tell }: HookContext,
): Omit<Hook, 'when' | 'phase'> {
  hook.secrets.forEach((name, i) => {
    if (!secrets.includes(name))
      tell(
        [...path, 'secrets', i],
        `There is no secret ${quoted(name)}.`,
        suggestion(name, secrets) ?? 'Add it to "secrets".',
      );
  });
  const hosts = targetsOf(fleet, hook, { path, tell });
  return {
    name: hook.name ?? shortened(hook.run),
    run: hook.run,
    hosts: hook.once ? hosts.slice(0, 1) : hosts,
    user: hook.user ?? null,
    env: hook.env,
    secrets: hook.secrets,
    limitMs: hook.limit ?? limitMs,
    ...idleOf(hook.idle ?? idleMs),
    directory: hook.directory ?? null,
    undo: hook.undo ?? null,
  };
}

/** A command as a name: its first line that says something, 60 characters at most. */
export function shortened(command: string): string {
  const lines = command.split('\n').map((text) => text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim());
  const first =
    lines.find((text) => text !== '' && !/^(?:#|set [-+])/.test(text)) ?? lines.find((text) => text !== '') ?? '';
  return first.length > 60 ? `${first.slice(0, 59).trimEnd()}…` : first;
}
