import type { World } from './world.ts';

/** How long a host must be followed until it counts as there again, in milliseconds. */
const steadyMs = 10_000;

const nothing = (): void => {};

/** A host that is lost, answers and is lost at once again is away all the while: whether that is too long. */
export class Away {
  readonly #world: Pick<World, 'clock' | 'reconnectMs'>;
  #isCounting = false;
  #isOver = false;
  #stopCounting = nothing;
  #stopSteady = nothing;

  constructor(world: Pick<World, 'clock' | 'reconnectMs'>) {
    this.#world = world;
  }

  /** The host is lost. */
  lost(): void {
    this.#stopSteady();
    if (this.#isCounting) return;
    this.#isCounting = true;
    const { clock, reconnectMs } = this.#world;
    this.#stopCounting = clock.after(reconnectMs, () => (this.#isOver = true));
  }

  /** It answers again. */
  answers(): void {
    this.#stopSteady = this.#world.clock.after(steadyMs, () => this.close());
  }

  /** Whether it was away for as long as it is tried. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Counts no longer. */
  close(): void {
    this.#stopSteady();
    this.#stopCounting();
    this.#isCounting = false;
    this.#isOver = false;
  }
}
