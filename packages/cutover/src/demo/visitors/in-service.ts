/** Which releases may answer, request by request: a request that was under way while that changed may be answered by either side. */
export class InService {
  readonly #open = new Set<Set<number>>();
  #now: readonly number[] = [];

  /** From now on only these may answer what is asked; they may also answer what was asked before. */
  expect(releases: readonly number[]): void {
    this.#now = releases;
    for (const open of this.#open) for (const release of releases) open.add(release);
  }

  /** A request begins; the set grows until it has ended. */
  begin(): ReadonlySet<number> {
    const releases = new Set(this.#now);
    this.#open.add(releases);
    return releases;
  }

  /** The request of this set has been answered. */
  end(releases: ReadonlySet<number>): void {
    this.#open.delete(releases as Set<number>);
  }
}
