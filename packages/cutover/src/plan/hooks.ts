import type { Host } from '../model/host.ts';
import { releaseDir } from '../model/layout.ts';
import { lines, type Shell, sh } from '../shell/text.ts';
import type { Job } from './job.ts';

/** What hooks know of the deployment, by the names that `{{ }}` takes; the environment has them as `CUTOVER_<NAME>`. */
function variablesOf(job: Job, host: Host): Readonly<Record<string, string>> {
  const { settings } = job.wish;
  return {
    release: host.receivesCode ? releaseDir(host.deployPath, job.release) : host.deployPath,
    project: host.deployPath,
    name: settings.project,
    stage: settings.stage,
    host: host.name,
    time: job.release,
    sha: job.revision.id,
    branch: job.revision.branch ?? job.revision.ref,
    author: job.revision.author,
    message: job.revision.message,
    previous: job.previous[host.name] ?? '',
    php: host.php ?? settings.php,
    composer: host.composer ?? settings.composer,
  };
}

/** Exports them, the config's environment, and `extra`, quoted: a commit message with `$(…)` in it is only text. */
export function environmentOf(job: Job, host: Host, extra: Readonly<Record<string, string>>): Shell {
  const own = Object.entries(variablesOf(job, host)).map(([name, value]) => [environmentName(name), value] as const);
  const all = [...own, ...Object.entries(job.wish.settings.env), ...Object.entries(host.env), ...Object.entries(extra)];
  return lines(...all.map(([name, value]) => sh`export ${name}=${value}`));
}

/**
 * Puts references to the environment where `{{ variables }}` stand, quoted as the place demands: text from a commit is
 * never read as shell, inside quotes or outside.
 */
export function withVariables(text: string): string {
  let quoting: Quoting = 'none';
  return text.replaceAll(/\\[\s\S]|'|"|(?<![^\s;&|()])#|\n|\{\{\s*(\w+)\s*\}\}/g, (token: string, name?: string) => {
    if (name !== undefined) return reference(name, quoting);
    quoting = quotingAfter(quoting, token);
    return token;
  });
}

/** These come from the config and may be a command with arguments: outside quotes they stand for several words. */
const commands: readonly string[] = ['php', 'composer'];

type Quoting = 'none' | 'single' | 'double' | 'comment';

/** Inside single quotes a backslash is only a backslash, so the quote after it ends them; in a comment nothing is a quote. */
function quotingAfter(quoting: Quoting, token: string): Quoting {
  switch (quoting) {
    case 'comment':
      return token.endsWith('\n') ? 'none' : 'comment';
    case 'single':
      return token.endsWith("'") ? 'none' : 'single';
    case 'double':
      return token === '"' ? 'none' : 'double';
    case 'none':
      return opened[token] ?? 'none';
  }
}

const opened: Readonly<Record<string, Quoting>> = { "'": 'single', '"': 'double', '#': 'comment' };

function reference(name: string, quoting: Quoting): string {
  const value = `\${${environmentName(name)}}`;
  switch (quoting) {
    case 'comment':
    case 'none':
      return commands.includes(name) ? value : `"${value}"`;
    case 'double':
      return value;
    case 'single':
      return `'"${value}"'`;
  }
}

function environmentName(variable: string): string {
  return `CUTOVER_${variable.toUpperCase()}`;
}
