/** How a length of time is written; this file needs no schema library, so that the command line can read it at once. */
export const durationPattern = /^[1-9]\d{0,8}(?:ms|s|m|h)$/;

/** Milliseconds of `500ms`, `30s`, `5m` or `2h`; null when the text is no length of time. */
export function parseDuration(text: string): number | null {
  if (!durationPattern.test(text)) return null;
  const unit = text.replace(/^\d+/, '');
  return Number.parseInt(text, 10) * (unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : unit === 's' ? 1000 : 1);
}
