import type { Host, HostName } from '../model/host.ts';
import type { Ahead } from './ahead.ts';
import { leaseOf } from './beats.ts';
import type { Channel } from './channel.ts';
import { type Dice, fitsOneServer, Handshakes } from './handshakes.ts';
import { Here } from './here.ts';
import type { Handover } from './left.ts';
import { openLocal } from './local.ts';
import { type Fleet, isOpenFailure, type OpenFailure, type Segment, type Session } from './session.ts';
import { openShared } from './shared-connection.ts';
import type { SshClient } from './ssh.ts';

/** What a fleet is opened with. */
export interface FleetOptions extends Dice {
  readonly hosts: readonly Host[];
  /** For one attempt at one host. */
  readonly connectMs: number;
  readonly client?: SshClient;
  readonly stopGraceMs?: number;
  /** How long a host that was cut off goes on by itself, beside the time that it takes to notice. */
  readonly reconnectMs?: number;
  /**
   * What each new session of a host begins with, after a loss too: it may only look. Its first run is the same segment,
   * as a rule, and needs no round trip of its own.
   */
  readonly opening?: (host: Host) => Segment | null;
  /** Who may have begun the connections already; not asked where there are more than a server takes logins at once. */
  readonly ahead?: Ahead;
}

/** A fleet of real hosts. */
export interface ConnectedFleet extends Fleet {
  /** Has the hosts end what runs there, without waiting for them: for a driver that leaves at once. */
  leave(): void;
  /** What the login shell of a host printed before it did what it was told, on the connection that was opened last. */
  noise(host: HostName): string;
}

/** Connections to these hosts, each opened when it is first wanted and again after a loss. */
export function openFleet(options: FleetOptions): ConnectedFleet {
  return new Connections(options);
}

class Connections implements ConnectedFleet {
  readonly #options: FleetOptions;
  readonly #handshakes: Handshakes;
  readonly #here: Here;
  readonly #channels = new Map<HostName, Channel>();
  readonly #handovers = new Map<HostName, Handover>();
  readonly #opening = new Map<HostName, Promise<Channel | OpenFailure>>();
  readonly #closing = new AbortController();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#handshakes = new Handshakes(options.client ?? {}, options, options.hosts.length);
    this.#here = new Here(options);
  }

  async session(name: HostName, signal: AbortSignal): Promise<Session | OpenFailure> {
    const channel = this.#channels.get(name);
    if (channel !== undefined && !channel.over) return channel;
    const opening = this.#opening.get(name) ?? this.#open(name, AbortSignal.any([signal, this.#closing.signal]));
    this.#opening.set(name, opening);
    return opening;
  }

  here(): Session {
    return this.#here;
  }

  noise(host: HostName): string {
    return this.#channels.get(host)?.noise ?? '';
  }

  leave(): void {
    for (const channel of this.#channels.values()) channel.leave();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#opening.values());
    await Promise.all([...this.#channels.values(), this.#here].map((session) => session.close()));
  }

  async #open(name: HostName, signal: AbortSignal): Promise<Channel | OpenFailure> {
    const opened = await this.#connect(this.#hostOf(name), signal);
    if (!isOpenFailure(opened)) this.#channels.set(name, opened);
    this.#opening.delete(name);
    return opened;
  }

  #connect(host: Host, signal: AbortSignal): Promise<Channel | OpenFailure> {
    const { connectMs, client = {}, ...rest } = this.#options;
    const grace = rest.stopGraceMs === undefined ? {} : { stopGraceMs: rest.stopGraceMs };
    const lease = rest.reconnectMs === undefined ? {} : { lease: leaseOf(rest.reconnectMs) };
    const handover = this.#handovers.get(host.name) ?? { left: null };
    this.#handovers.set(host.name, handover);
    const isTimed = rest.hosts.length > 1;
    const how = { connectMs, signal, opening: rest.opening?.(host) ?? null, handover, isTimed, ...grace, ...lease };
    if (host.transport === 'local') return openLocal({ host: host.name, ...how });
    const ahead = rest.ahead !== undefined && fitsOneServer(rest.hosts.length) ? { ahead: rest.ahead } : {};
    return this.#handshakes.make(host, () => openShared({ host, client, ...how, ...ahead }), signal);
  }

  #hostOf(name: HostName): Host {
    const host = this.#options.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new TypeError(`The fleet has no host "${name}".`);
    return host;
  }
}
