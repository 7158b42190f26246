import { isDeepStrictEqual } from 'node:util';
import type { LoadedConfig } from '../../config/loaded.ts';
import type { ByHost, HostName } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import { isBuiltOnce } from '../../model/source.ts';
import type { Ahead, Begun } from '../../remote/ahead.ts';
import { begin, type Launch } from '../../remote/launch.ts';
import { newNonce } from '../../remote/nonce.ts';
import { packedWord } from '../../remote/packed.ts';
import { digest, type Inputs, isClosed } from './inputs.ts';
import { type Call, type Remembered, recall, remember } from './remembered.ts';

/** Stand in what is remembered for the nonce, and for the word that the input makes. */
const [blank, blankWord] = ['{nonce}', '{input}'];

interface Settled {
  readonly config: LoadedConfig;
  readonly settings: Settings;
}

/** One for each run of the program. */
export interface AheadOptions extends Inputs {
  /** Of Cutover. */
  readonly version: string;
}

/**
 * Connections that are begun before the config is read: it takes as long to load what reads it as a third of a login. They go where the same command
 * went the last time, if nothing has changed of what that followed from; and each is taken only where the very same would be begun now.
 */
export class CalledAhead implements Ahead {
  readonly #options: AheadOptions;
  readonly #recalled: Remembered | null;
  readonly #begun = new Map<HostName, Begun>();
  readonly #answered = new Map<HostName, Launch>();
  #settled: Settled | null = null;
  #treesLater: () => ByHost<readonly string[]>;

  /** Begins them. */
  constructor(options: AheadOptions) {
    this.#options = options;
    this.#recalled = recall(options, options.version);
    this.#treesLater = () => this.trees;
    for (const [host, call] of Object.entries(this.#recalled?.hosts ?? {})) this.#begun.set(host, beginAgain(call));
  }

  take(host: HostName): Begun | null {
    const begun = this.#begun.get(host) ?? null;
    this.#begun.delete(host);
    return begun;
  }

  answered(host: HostName, launch: Launch): void {
    if (!this.#answered.has(host)) this.#answered.set(host, launch);
  }

  /** The trees that were foreseen, the last time, to be on each host now. */
  get trees(): ByHost<readonly string[]> {
    return this.#recalled?.trees ?? {};
  }

  /** Hears how to find out which trees will be on each host the next time. */
  foresee(trees: () => ByHost<readonly string[]>): void {
    this.#treesLater = trees;
  }

  /** What the config came to. */
  settled(config: LoadedConfig, settings: Settings): void {
    this.#settled = { config, settings };
  }

  /** Ends what nobody took, and keeps for the next time how the hosts were reached. */
  close(): void {
    for (const { child } of this.#begun.values()) child.kill('SIGKILL');
    if (this.#settled === null || !this.#mayGoAhead(this.#settled)) return;
    const { file, text } = this.#settled.config;
    const hosts = Object.fromEntries([...this.#answered].map(([host, launch]) => [host, callOf(launch)]));
    const trees = this.#treesLater();
    if (isDeepStrictEqual({ hosts, trees }, { hosts: this.#recalled?.hosts, trees: this.trees })) return;
    remember(this.#options, { version: this.#options.version, config: { file, digest: digest(text) }, hosts, trees });
  }

  /** Where something else comes before the hosts are reached, the next time begins with that as well. */
  #mayGoAhead({ config: { file, text }, settings: { hosts, skip, source } }: Settled): boolean {
    const far = hosts.filter(({ transport }) => transport === 'ssh').length;
    const isFirst = skip === null && !isBuiltOnce(source);
    return isFirst && far > 0 && this.#answered.size === far && isClosed(file, text);
  }
}

function callOf({ args, input, nonce }: Launch): Call {
  const blanked = (text: string) => text.replaceAll(nonce, blank);
  const word = packedWord(input);
  return { args: args.map((arg) => blanked(arg.replaceAll(word, blankWord))), input: blanked(input) };
}

function beginAgain(call: Call): Begun {
  const nonce = newNonce();
  const named = (text: string) => text.replaceAll(blank, nonce);
  const input = named(call.input);
  const word = packedWord(input);
  const args = call.args.map((arg) => named(arg).replaceAll(blankWord, word));
  const launch = { command: 'ssh', args, input, nonce, isFar: true };
  const child = begin(launch);
  // Whoever wants the host finds that it has ended, begins anew, and tells what is wrong.
  child.on('error', () => undefined);
  return { ...launch, child };
}
