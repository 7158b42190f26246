import type { z } from 'zod';
import type { Check, CommandCheck, HttpCheck } from '../../model/settings.ts';
import type { Tell } from '../problem.ts';
import type { check as checkSchema } from '../schema/checks.ts';
import { shortened } from './hooks.ts';
import { type Fleet, targetsOf } from './targets.ts';

type WrittenCheck = z.output<typeof checkSchema>;

/** The checks of a stage; those that are for none of the selected hosts are left out. */
export function resolveChecks(written: readonly WrittenCheck[], fleet: Fleet, tell: Tell): Check[] {
  return written
    .map((check, i) => oneCheck(check, targetsOf(fleet, check, { path: ['checks', i], tell })))
    .filter((check) => check.hosts.length > 0);
}

function oneCheck(check: WrittenCheck, hosts: readonly string[]): Check {
  const retry = { withinMs: check.within, everyMs: check.every };
  return 'http' in check ? httpCheck(check, { retry, hosts }) : commandCheck(check, { retry, hosts });
}

type Common = Pick<Check, 'retry' | 'hosts'>;

function httpCheck(check: Extract<WrittenCheck, { http: string }>, common: Common): HttpCheck {
  const answerHeaders = Object.entries(check.answerHeaders).map(([key, value]) => [key.toLowerCase(), value]);
  return {
    kind: 'http',
    name: check.name ?? shortened(check.http.replace(/^https?:\/\//, '')),
    url: check.http,
    from: check.from,
    resolve: check.resolve ?? null,
    headers: check.headers,
    expect: { status: check.status, body: check.body ?? null, headers: Object.fromEntries(answerHeaders) },
    ...common,
  };
}

function commandCheck(check: Extract<WrittenCheck, { command: string }>, common: Common): CommandCheck {
  return { kind: 'command', name: check.name ?? shortened(check.command), run: check.command, ...common };
}
