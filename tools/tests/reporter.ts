import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';
import type { TestResult } from './result.ts';

type Ended = Extract<TestEvent, { type: 'test:pass' | 'test:fail' }>;

/** Runs inside a test file's process and writes its results as JSON lines. Node wants a reporter as a default export. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    const result = resultOf(event, path);
    if (result) yield `${JSON.stringify(result)}\n`;
  }
}

/** `path` is the names of the suites and tests around, kept up to date here: events come in the order of the file. */
function resultOf(event: TestEvent, path: string[]): TestResult | null {
  if (event.type === 'test:dequeue') return { kind: 'began', name: event.data.name };
  if (event.type === 'test:start') path.splice(event.data.nesting, path.length, event.data.name);
  if (event.type === 'test:pass' || event.type === 'test:fail') return endOf(event, nameOf(event, path));
  return null;
}

function nameOf(event: Ended, path: readonly string[]): string {
  return [...path.slice(0, event.data.nesting), event.data.name].join(' › ');
}

function endOf(event: Ended, name: string): TestResult | null {
  const { skip, todo } = event.data;
  if (skip !== undefined && skip !== false) return { kind: 'skipped', name, why: skip === true ? '' : skip };
  if (todo !== undefined && todo !== false) return { kind: 'skipped', name, why: 'todo' };
  if (event.type === 'test:fail') return failureOf(event, name);
  return event.data.details.type === 'suite' ? null : { kind: 'passed', name };
}

/** A suite or test that failed only because a test in it did says nothing new. */
function failureOf(event: Extract<Ended, { type: 'test:fail' }>, name: string): TestResult | null {
  const error: Error & { failureType?: string } = event.data.details.error;
  if (error.failureType === 'subtestsFailed') return null;
  return { kind: 'failed', name, message: textOf(error.cause ?? error) };
}

function textOf(cause: unknown): string {
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  const inner = cause instanceof Error && cause.cause !== undefined ? `\ncaused by ${textOf(cause.cause)}` : '';
  return withoutNode(text) + inner;
}

function withoutNode(stack: string): string {
  return stack
    .split('\n')
    .filter((line) => !/^\s+at .*(node:internal|\(node:|at node:)/.test(line))
    .join('\n');
}
