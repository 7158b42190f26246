import type { Host } from '../model/host.ts';
import type { Channel } from './channel.ts';
import { Gate } from './gate.ts';
import { Servers } from './route.ts';
import type { OpenFailure } from './session.ts';
import { isOpenFailure } from './session.ts';
import type { SshClient } from './ssh.ts';

/** Logins under way at one server, and in all: a usual sshd begins to drop them at 10 (`MaxStartups 10:30:100`). */
const atOneServer = 8;
const inAll = 50;

/** Whether so few hosts are reached that no server can have too many logins, whichever it is. */
export function fitsOneServer(hosts: number): boolean {
  return hosts <= atOneServer;
}

/** How often an attempt is made whose connection was dropped, and how long the pauses between are at most. */
const attempts = 6;
const firstPauseMs = 500;
const longestPauseMs = 8000;

/** Chance and time, passed in. */
export interface Dice {
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Opens connections, few enough at a time that servers take them all, and again where one was dropped. */
export class Handshakes {
  readonly #servers: Servers;
  readonly #dice: Dice;
  readonly #hosts: number;
  readonly #all = new Gate(inAll);
  readonly #byServer = new Map<string, Gate>();

  constructor(client: SshClient, dice: Dice, hosts: number) {
    this.#servers = new Servers(client);
    this.#dice = dice;
    this.#hosts = hosts;
  }

  /** What `open` gave in the end. */
  async make(host: Host, open: Open, signal: AbortSignal): Promise<Channel | OpenFailure> {
    for (let attempt = 1; ; attempt++) {
      const gate = await this.#gateFor(host);
      const opened = await gate.pass(() => this.#all.pass(open));
      if (attempt === attempts || !wasDropped(opened) || signal.aborted) return opened;
      this.#servers.doubt();
      await this.#dice.sleep(pauseMs(attempt, this.#dice.random()), signal);
    }
  }

  /** Where no server can have too many, ssh need not be asked which they are. */
  async #gateFor(host: Host): Promise<Gate> {
    if (fitsOneServer(this.#hosts)) return this.#all;
    const server = await this.#all.pass(() => this.#servers.of(host));
    const gate = this.#byServer.get(server) ?? new Gate(atOneServer);
    this.#byServer.set(server, gate);
    return gate;
  }
}

type Open = () => Promise<Channel | OpenFailure>;

/** The only reason that passes by itself: the server had too many logins under way. */
function wasDropped(opened: Channel | OpenFailure): boolean {
  return isOpenFailure(opened) && opened.kind === 'unreachable' && opened.reason === 'connection-dropped';
}

/** Anything from nothing to twice the longest pause before: those that were dropped together do not come back together. */
function pauseMs(attempt: number, chance: number): number {
  return chance * Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
}
