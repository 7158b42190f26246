/** A stretch of time that something took. */
export interface Span {
  /** A host, or `here` for this machine. */
  readonly place: string;
  /**
   * `driver` is this side's own work, `connection` the way to a host and its greeting, `segment` a command on the wire with its round
   * trips, `step` a step as it was heard of, `phase` from the first host in a phase to the last one out of it.
   */
  readonly kind: 'driver' | 'connection' | 'segment' | 'step' | 'phase';
  readonly name: string;
  /** Milliseconds since 1970, with fractions. */
  readonly fromMs: number;
  readonly toMs: number;
}
