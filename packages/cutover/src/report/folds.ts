/** What a log viewer of a CI service folds away. */
export interface Folds {
  /** The lines around a stretch of the log; `at` is ISO 8601. */
  open(name: string, at: string): string;
  close(name: string, at: string): string | null;
  /** An error that the service shows apart from the log. */
  error(sentence: string): string | null;
  /** A line as it can be printed without the service taking it for a command. */
  safe(line: string): string;
}

/** The folds of the CI service that this environment belongs to; none elsewhere. */
export function foldsFor(env: Readonly<Record<string, string | undefined>>): Folds {
  if (env['GITHUB_ACTIONS'] === 'true') return github;
  return env['GITLAB_CI'] === 'true' ? gitlab : none;
}

const none: Folds = { open: (name) => `== ${name}`, close: () => null, error: () => null, safe: (line) => line };

/** GitHub takes `##[…]` for a command wherever it stands in a line, and `::…` at its beginning. */
const github: Folds = {
  open: (name) => `::group::${name}`,
  close: () => '::endgroup::',
  error: (sentence) => `::error::${sentence.replaceAll('%', '%25')}`,
  safe: (line) => line.replaceAll('##[', '# #[').replace(/^(\s*):(?=:)/, '$1: '),
};

const gitlab: Folds = {
  open: (name, at) => `\x1b[0Ksection_start:${unixSeconds(at)}:${sectionId(name)}\r\x1b[0K${name}`,
  close: (name, at) => `\x1b[0Ksection_end:${unixSeconds(at)}:${sectionId(name)}\r\x1b[0K`,
  error: () => null,
  safe: (line) => line,
};

function sectionId(name: string): string {
  return `cutover_${name.replaceAll(/[^A-Za-z0-9_.-]/g, '_')}`;
}

function unixSeconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
