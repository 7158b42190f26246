import type { ByHost } from '../model/host.ts';
import { sharedTarget } from '../model/layout.ts';
import type { Settings } from '../model/settings.ts';
import { contentState } from '../plan/steps/content-repository.ts';
import type { Fleet } from '../remote/session.ts';
import { count } from '../report/words.ts';
import { capture } from './capture.ts';

/** How the content repository of each host stands, as a phrase; hosts without one, or that could not be asked, are left out. */
export async function contentMarks(fleet: Fleet, settings: Settings): Promise<ByHost<string>> {
  const { content, layout, hosts } = settings;
  if (content === null) return {};
  const { signal } = new AbortController();
  const marks = hosts
    .filter((host) => host.receivesCode)
    .map(async ({ name, deployPath }) => {
      const script = contentState(sharedTarget(deployPath, layout, content.directory));
      const captured = await capture(fleet, name, { script, signal });
      return [name, captured.ok ? markOf(captured.output) : null] as const;
    });
  return Object.fromEntries(
    (await Promise.all(marks)).flatMap(([name, mark]) => (mark === null ? [] : [[name, mark]])),
  );
}

function markOf(output: string): string | null {
  const [, branch, edits = '0', commits = '0'] = /^content (\S+) (\d+) (\d+)$/m.exec(output) ?? [];
  if (branch === undefined) return null;
  if (edits === '0' && commits === '0') return `content on ${branch}: all committed and pushed`;
  return `content on ${branch}: ${count(Number(edits), 'edit')} not committed, ${count(Number(commits), 'commit')} not pushed`;
}
