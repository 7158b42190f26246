/** How often a host hears that its driver is there. */
const everyMs = 5000;

/** How long after its last beat a driver may still come back, beyond the time that it tries: ssh notices a silent end after half a minute. */
const noticingMs = 45_000;

/** How often a supervisor looks for a beat. */
const lookMs = 2000;

/** How many looks without a beat a supervisor lets pass before it ends its segment. */
export function leaseOf(reconnectMs: number): number {
  return Math.ceil((reconnectMs + noticingMs) / lookMs);
}

/** Calls `beat` with a new number every few seconds until the answer is called; it keeps no process alive. */
export function beating(beat: (count: number) => void): () => void {
  let count = 0;
  const timer = setInterval(() => beat(++count), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
