import type { AuditFacts } from './facts.ts';
import type { AuditWish, CacheFinding, Rule } from './finding.ts';
import { connectionRules } from './rules/connections.ts';
import { isolationRules } from './rules/isolation.ts';
import { releaseRules } from './rules/release.ts';
import { sharedRules } from './rules/shared.ts';
import { statamicRules } from './rules/statamic.ts';

/** Everything that an audit looks for, in the order in which it is told. */
export const rules: readonly Rule[] = [
  ...releaseRules,
  ...isolationRules,
  ...sharedRules,
  ...statamicRules,
  ...connectionRules,
];

/** What is not as it must be about the caches of a release: a pure function of what the application said. */
export function audit(facts: AuditFacts, wish: AuditWish): readonly CacheFinding[] {
  return rules.flatMap(({ name, severity, consequence, find }) => {
    const found = find(facts, wish);
    if (found === null) return [];
    return [
      {
        name,
        severity,
        consequence,
        ...found,
        page: `docs/reference/findings.md#${name}`,
        accepted: wish.accept[name] ?? null,
      },
    ];
  });
}

/** Whether these findings keep a release from going live. */
export function stops(findings: readonly CacheFinding[]): boolean {
  return findings.some(({ severity, accepted }) => severity === 'error' && accepted === null);
}
