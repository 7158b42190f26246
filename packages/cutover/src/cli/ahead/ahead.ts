import { isDeepStrictEqual } from 'node:util';
import type { FoundConfig } from '../../config/find.ts';
import type { ByHost, HostName } from '../../model/host.ts';
import type { Payload } from '../../model/payload.ts';
import type { Settings } from '../../model/settings.ts';
import { type GitRevision, isBuiltOnce, type Source } from '../../model/source.ts';
import type { Ahead, Begun } from '../../remote/ahead.ts';
import { begin, type Launch } from '../../remote/launch.ts';
import { newNonce } from '../../remote/nonce.ts';
import { packedWord } from '../../remote/packed.ts';
import type { SourceProblem } from '../../source/problem.ts';
import type { MadePayload } from '../../source/spool.ts';
import { digest, type Inputs } from './inputs.ts';
import { type Call, type Remembered, recall, remember } from './remembered.ts';
import { type Identifying, RevisionAhead } from './revision.ts';

/** Stand in what is remembered for the nonce, and for the word that the input makes. */
const [blank, blankWord] = ['{nonce}', '{input}'];

/** A config that follows from its text. */
export interface ClosedConfig extends FoundConfig {
  /** Whether it need not be read again. */
  readonly isConstant: boolean;
}

interface Settled {
  readonly config: ClosedConfig;
  readonly settings: Settings;
}

/** One for each run of the program. */
export interface AheadOptions extends Inputs {
  /** Of Cutover: what another one came to counts for nothing. */
  readonly edition: string;
}

/** What it did first the last time, and what its config came to. */
type First = Pick<Remembered, 'hosts' | 'trees' | 'revision' | 'settings'>;

const nothing: First = { hosts: {}, trees: {}, revision: null, settings: null };

/**
 * What is begun before the config is read: it takes as long to load what reads it as a third of a login. Connections go where the same command went the
 * last time, and the revision is looked up that it looked up, if nothing has changed of what that followed from; and each is taken only where the very
 * same would be begun now.
 */
export class CalledAhead implements Ahead {
  readonly #options: AheadOptions;
  readonly #recalled: Remembered | null;
  readonly #begun = new Map<HostName, Begun>();
  readonly #answered = new Map<HostName, Launch>();
  readonly #revision: RevisionAhead | null;
  #identified: GitRevision | null = null;
  #settled: Settled | null = null;
  #treesLater: () => ByHost<readonly string[]>;

  /** Begins it. */
  constructor(options: AheadOptions) {
    this.#options = options;
    this.#recalled = recall(options, options.edition);
    this.#treesLater = () => this.#last.trees;
    for (const [host, call] of Object.entries(this.#recalled?.hosts ?? {})) this.#begun.set(host, beginAgain(call));
    const { revision, trees } = this.#last;
    this.#revision = revision && new RevisionAhead(revision, trees);
  }

  take(host: HostName): Begun | null {
    const begun = this.#begun.get(host) ?? null;
    this.#begun.delete(host);
    return begun;
  }

  answered(host: HostName, launch: Launch): void {
    if (!this.#answered.has(host)) this.#answered.set(host, launch);
  }

  /** Hears how to find out which trees will be on each host the next time. */
  foresee(trees: () => ByHost<readonly string[]>): void {
    this.#treesLater = trees;
  }

  /** What is being found out of this source already; null where that is nothing. */
  identifying(source: Source): Identifying | null {
    if (source.kind !== 'git') return null;
    const { repository, ref, subdirectory } = source;
    this.#identified = { repository, ref, subdirectory };
    return this.#revision?.take(this.#identified) ?? null;
  }

  /** A pack that was begun for the revision, once it was asked for; null where there is none. */
  async made(payload: Payload): Promise<MadePayload | SourceProblem | null> {
    return this.#revision?.made(payload) ?? null;
  }

  /** What this config came to the last time, if that followed from what is as it was; null where it is to be read. */
  known({ file, text }: FoundConfig): Settings | null {
    const config = this.#recalled?.config;
    return config?.file === file && config.digest === digest(text) ? this.#last.settings : null;
  }

  /** What a config came to. */
  settled(config: ClosedConfig, settings: Settings): void {
    this.#settled = { config, settings };
  }

  /** Ends what nobody took, and keeps for the next time what this command did first. */
  close(): void {
    for (const { child } of this.#begun.values()) child.kill('SIGKILL');
    this.#revision?.close();
    if (this.#settled === null) return;
    const { config, settings } = this.#settled;
    const first: First = {
      hosts: this.#reached(settings) ?? this.#last.hosts,
      trees: this.#treesLater(),
      revision: this.#identified,
      settings: config.isConstant && Object.keys(settings.secrets).length === 0 ? settings : null,
    };
    if (isDeepStrictEqual(first, this.#last)) return;
    const { edition } = this.#options;
    remember(this.#options, { edition, config: { file: config.file, digest: digest(config.text) }, ...first });
  }

  get #last(): First {
    const { hosts, trees, revision, settings } = this.#recalled ?? nothing;
    return { hosts, trees, revision, settings };
  }

  /** How the hosts were reached: none where something else comes before that; null where not all of them were. */
  #reached({ hosts, skip, source }: Settings): Remembered['hosts'] | null {
    if (skip !== null || isBuiltOnce(source)) return {};
    const far = hosts.filter(({ transport }) => transport === 'ssh').length;
    if (this.#answered.size !== far) return null;
    return Object.fromEntries([...this.#answered].map(([host, launch]) => [host, callOf(launch)]));
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
