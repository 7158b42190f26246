/** A server of a stage, as the config resolved it. */
export interface Host {
  /** The name it goes by everywhere; unique in its stage. */
  readonly name: HostName;
  /** What ssh is asked to connect to: a DNS name, an address or an alias of `~/.ssh/config`. */
  readonly address: string;
  /** `local` is this machine, without ssh. */
  readonly transport: 'ssh' | 'local';
  /** Null leaves the choice to ssh's own config. */
  readonly port: number | null;
  /** Null leaves the choice to ssh's own config. */
  readonly user: string | null;
  /** Absolute; holds `current`, `releases/`, the shared paths and `.cutover/`. */
  readonly deployPath: string;
  readonly roles: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** False for a host where only hooks run. */
  readonly receivesCode: boolean;
  readonly forwardAgent: boolean;
  /** Over the stage's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The commands behind `{{ php }}` and `{{ composer }}` on this host; null leaves the stage's. */
  readonly php: string | null;
  readonly composer: string | null;
}

/** The name by which a host goes in its stage: config, command line and events alike. */
export type HostName = string;

/** One value for each host. */
export type ByHost<T> = Readonly<Record<HostName, T>>;
