import type { Isolation } from '../model/settings.ts';
import type { AuditFacts } from './facts.ts';

/** `error`: it is not put in service. `warning`: something works less well than it could, or will one day. */
export type Severity = 'error' | 'warning';

/** The change that mends a finding. */
export interface Mend {
  /** A sentence that says what to do. */
  readonly what: string;
  /** The file of the project that is changed, and what stands there before and after; null where no file is. */
  readonly change: { readonly file: string; readonly before: string; readonly after: string } | null;
}

/** Something about the caches of a release that is not as it must be. */
export interface CacheFinding {
  /** Permanent: scripts and the config's `accept` go by it. */
  readonly name: string;
  readonly severity: Severity;
  /** The setting and its value, as a sentence. */
  readonly evidence: string;
  /** What would happen, as a sentence. */
  readonly consequence: string;
  readonly mend: Mend;
  /** Where it is explained. */
  readonly page: string;
  /** Why the config accepts it; null when it does not. */
  readonly accepted: string | null;
}

/** What an audit goes by beside the facts. */
export interface AuditWish {
  readonly project: string;
  readonly isolation: Isolation;
  /** Findings that are accepted, by name, each with the reason. */
  readonly accept: Readonly<Record<string, string>>;
}

/** One thing that is looked for. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What it finds, for the page that lists all of them. */
  readonly finds: string;
  readonly consequence: string;
  find(facts: AuditFacts, wish: AuditWish): { readonly evidence: string; readonly mend: Mend } | null;
}

/** A mend that changes a file of the project. */
export function change(file: string, before: string, after: string, what?: string): Mend {
  return { what: what ?? `Change ${file}.`, change: { file, before, after } };
}

/** A mend that no line of a file is enough for. */
export function advice(what: string): Mend {
  return { what, change: null };
}
