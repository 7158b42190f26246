import type { Event } from '../events/event.ts';
import { fold } from '../events/fold.ts';
import { type DeploymentState, initialState } from '../events/state.ts';
import type { HostName } from '../model/host.ts';
import { cleanLine, cleanWord } from './clean.ts';
import type { Face, Write } from './face.ts';
import { LineBuffer } from './lines.ts';
import { paintFor } from './paint.ts';
import { failureAdvice, troubleSentence } from './sentences.ts';
import { count } from './words.ts';

/** Where the output goes, and how. */
export interface ExecOptions {
  /** What the command prints. */
  readonly write: Write;
  /** What is to be said about it. */
  readonly warn: Write;
  readonly hosts: readonly HostName[];
  readonly colour: boolean;
  /** Whether a person looks at the output: then nothing in it may move the cursor. Else it passes as it is. */
  readonly isTerminal: boolean;
}

/** The output of one command on some hosts: bare for a single host, each line with its host's name for several. */
export function execFace(options: ExecOptions): Face {
  return new ExecFace(options);
}

class ExecFace implements Face {
  readonly #options: ExecOptions;
  readonly #output = new Map<HostName, LineBuffer>();
  #state: DeploymentState = initialState;
  #isOver = false;

  constructor(options: ExecOptions) {
    this.#options = options;
  }

  event(event: Event): void {
    this.#state = fold(this.#state, event);
    if (event.type === 'step.output') this.#print(event.host, event.text);
    if (event.type === 'step.succeeded' || event.type === 'step.failed') this.#endOutput(event.host);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const host of this.#output.keys()) this.#endOutput(host);
    for (const line of execEnding(this.#state)) this.#options.warn(`${line}\n`);
  }

  #print(host: HostName, text: string): void {
    if (this.#isBare) return this.#options.write(text);
    const buffer = this.#output.get(host) ?? new LineBuffer();
    this.#output.set(host, buffer);
    for (const line of buffer.push(text)) this.#printLine(host, line);
  }

  #endOutput(host: HostName): void {
    for (const line of this.#output.get(host)?.end() ?? []) this.#printLine(host, line);
  }

  #printLine(host: HostName, line: string): void {
    const { colour, hosts, write } = this.#options;
    const name = hosts.length > 1 ? `${paintFor(colour).dim(`[${cleanWord(host)}]`)} ` : '';
    write(`${name}${cleanLine(line, colour)}\n`);
  }

  get #isBare(): boolean {
    return this.#options.hosts.length === 1 && !this.#options.isTerminal;
  }
}

/** Where the command failed and why; nothing when it succeeded everywhere. */
function execEnding({ failures, warnings, cancelledBy, hosts }: DeploymentState): readonly string[] {
  const troubles = [...failures, ...warnings].filter(({ failure }) => failure.kind !== 'cancelled');
  const failed = new Set(troubles.map(({ host }) => host)).size;
  const names = Object.keys(hosts);
  return [
    ...troubles.map((trouble) => troubleSentence(trouble)),
    ...new Set(troubles.flatMap(({ failure, host }) => failureAdvice(failure, { host, title: null }) ?? [])),
    ...(cancelledBy === null ? [] : [`${cleanWord(cancelledBy)} asked for it to stop.`]),
    ...(failed > 0 && names.length > 1 ? [`It failed on ${failed} of ${count(names.length, 'host')}.`] : []),
  ];
}
