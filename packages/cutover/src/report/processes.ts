import type { HostFacts } from '../model/facts.ts';
import { cleanWord } from './clean.ts';

/** What of the release in service is known not to run, each as the end of a sentence about the host. Others are no loss. */
export function processNotes({ processes, current }: Pick<HostFacts, 'processes' | 'current'>): readonly string[] {
  const serves = current.kind === 'release' ? current.release : null;
  return processes
    .filter(({ release, state }) => release === serves && state !== 'runs' && state !== 'unknown')
    .map(({ name, release, state }) => {
      const why = state === 'host-restarted' ? 'since the host was restarted' : 'any more';
      return `${cleanWord(name)} of ${cleanWord(release)} does not run ${why}: "cutover deploy --same" starts it in a new release`;
    });
}
