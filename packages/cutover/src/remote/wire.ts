import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { begin, type Launch } from './launch.ts';
import { MarkReader, type Piece } from './marks.ts';
import { plainFrame } from './packed.ts';

/** How the way to a runner ended, with what was heard on it: what a diagnosis goes by. */
export interface WireEnd {
  readonly greeted: boolean;
  /** The host can make no process group. */
  readonly groupless: boolean;
  /** Null when a signal ended it, or when it never began. */
  readonly code: number | null;
  /** The last of what the program said about itself. */
  readonly stderr: string;
  /** The last of what came before the greeting: what a login shell prints. */
  readonly noise: string;
  /** The system's error code when the program could not be started, such as `ENOENT`. */
  readonly launchError: string | null;
}

/** How much of stderr and noise is kept, in characters. */
const keptChars = 4096;

/** How long output is awaited after the program's end: a process that it left may hold the pipe for ever. */
const lastOutputMs = 250;

/** A child process with a runner at its other end: bytes in, pieces out. It knows nothing of segments. */
export class Wire {
  readonly #launch: Launch;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #marks: MarkReader;
  readonly #hear: (piece: Piece) => void;
  readonly #greeting = Promise.withResolvers<'greeted' | WireEnd>();
  readonly #ending = Promise.withResolvers<WireEnd>();
  #greeted = false;
  #groupless = false;
  #packs = false;
  #known: readonly string[] = [];
  #over = false;
  #stderr = '';
  #noise = '';

  /** Starts the program, unless it runs. */
  constructor(launch: Launch, hear: (piece: Piece) => void) {
    this.#marks = new MarkReader(launch.nonce);
    this.#hear = hear;
    this.#launch = launch;
    this.#child = launch.child ?? begin(launch);
    // A write to a program that has ended: its end says more.
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.on('data', (chunk: Buffer) => this.#marks.push(chunk).forEach((piece) => this.#sort(piece)));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptChars);
    });
    this.#child.on('error', (error: NodeJS.ErrnoException) => this.#finish(null, error.code ?? error.message));
    this.#child.on('exit', (code) => this.#drain(() => this.#finish(code, null)));
  }

  /** Settles when the runner has greeted, or when it is certain that it never will. */
  get greeting(): Promise<'greeted' | WireEnd> {
    return this.#greeting.promise;
  }

  /** Settles when the program has ended and all of its output was heard. */
  get ending(): Promise<WireEnd> {
    return this.#ending.promise;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Whether the runner that greeted takes compressed text. */
  get packs(): boolean {
    return this.#packs;
  }

  /** Names of what the host keeps of what its runner has to learn. */
  get known(): readonly string[] {
    return this.#known;
  }

  /** The last of what came before the greeting. */
  get noise(): string {
    return this.#noise;
  }

  /** Sends when there is room; false when the program has ended. */
  async write(data: string | Buffer): Promise<boolean> {
    if (this.#over || !this.#child.stdin.writable) return false;
    if (!this.#child.stdin.write(data)) await Promise.race([this.#drained(), this.ending]);
    return !this.#over;
  }

  /** Ends the input, by which the runner ends what runs and then itself; kills the program after `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.kill(), limitMs);
    await this.ending;
    clearTimeout(timer);
    this.#release();
  }

  /** Ends the program at once, and hears nothing more of it. */
  async cut(): Promise<void> {
    this.kill();
    this.#release();
    await this.ending;
  }

  /** Ends the program at once. What runs on the host is ended by its runner. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Another process may hold the program's pipes for longer than it lives: a connection that is shared does for a round trip. Nobody waits for that. */
  #release(): void {
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe.destroy();
  }

  #sort(piece: Piece): void {
    if (piece.kind === 'mark' && piece.words[0] === 'bye') this.kill();
    else if (this.#greeted) this.#hear(piece);
    else if (piece.kind === 'mark') this.#welcome(piece.words);
    else this.#noise = lastOf(this.#noise + piece.bytes.toString());
  }

  #welcome([verb, ...rest]: readonly string[]): void {
    if (verb === 'hello') this.#packs = rest[0] === 'gzip';
    else if (verb === 'ask') void this.write(plainFrame(this.#launch.input));
    else if (verb === 'ready') this.#greet(rest);
  }

  #greet(words: readonly string[]): void {
    this.#groupless = words[0] === 'groupless';
    this.#known = words;
    if (this.#groupless) return;
    this.#greeted = true;
    this.#greeting.resolve('greeted');
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => this.#child.stdin.once('drain', resolve));
  }

  #drain(then: () => void): void {
    if (this.#child.stdout.readableEnded || this.#child.stdout.destroyed) return then();
    const timer = setTimeout(() => this.#child.stdout.destroy(), lastOutputMs);
    this.#child.stdout.once('close', () => {
      clearTimeout(timer);
      then();
    });
  }

  #finish(code: number | null, launchError: string | null): void {
    this.#over = true;
    const { stderr, noise } = { stderr: this.#stderr, noise: this.#noise };
    const end = { greeted: this.#greeted, groupless: this.#groupless, code, stderr, noise, launchError };
    this.#greeting.resolve(end);
    this.#ending.resolve(end);
  }
}

/** The last of a text, from the beginning of a line on where it has lines. */
function lastOf(text: string): string {
  return text.length <= keptChars ? text : text.slice(-keptChars).replace(/^[^\n]*\n(?=.)/s, '');
}
