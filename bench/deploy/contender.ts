import type { Hosts } from '../kit/hosts.ts';
import type { Repository } from '../kit/repository.ts';
import type { Ran } from '../kit/run.ts';

/** A way to deploy that takes part in the bench. */
export interface Contender {
  readonly name: string;
  /** What one should know of its numbers; null when there is nothing. */
  readonly note: string | null;
  /** Writes what it needs on this machine and puts the shared paths on the hosts; throws with the reason when it cannot take part. */
  prepare(place: Place): Promise<Deployer>;
}

/** A contender that is set up for one place. Each action deploys from or acts on what the repository's `main` is at that moment. */
export interface Deployer {
  /** Its own command that must be run once before the first deployment, which it is a part of; throws when it fails. */
  setup?(): Promise<void>;
  /** Done before each deployment, and not measured. */
  ready?(): Promise<void>;
  deploy(): Promise<Ran>;
  readonly rollback?: () => Promise<Ran>;
  readonly status?: () => Promise<Ran>;
  readonly releases?: () => Promise<Ran>;
}

/** Where a contender deploys, and what it finds there. */
export interface Place {
  /** Exists and is the contender's own: config, installed packages, whatever it likes. */
  readonly directory: string;
  /** Those of the row that it deploys to; in the ssh config by these names. */
  readonly hostNames: readonly string[];
  /** The same on every host; empty at the beginning. */
  readonly deployPath: string;
  readonly hosts: Hosts;
  readonly repository: Repository;
  /** For every command: an `ssh` that knows the hosts comes first in PATH, and it says on which processor. */
  readonly env: NodeJS.ProcessEnv;
}

/** How many releases each contender keeps. */
export const keep = 5;
