import { systemdUnit } from '../../../model/process.ts';
import { cleanWord } from '../../clean.ts';
import type { Examined, Look } from '../examine.ts';
import { good, problem } from './said.ts';

/** The units that systemd starts processes by. */
export const units: Look = ({ gathered, facts, settings }) => {
  const asked = [...(gathered?.all('unit') ?? [])];
  const missing = asked.filter(([, state]) => state.trim() === 'missing').map(([unit]) => cleanWord(unit));
  if (missing.length > 0)
    return problem(
      `The unit ${missing.join(', ')} is not there: a deployment would fail when it starts the process.`,
      '"cutover units" shows it, and where it belongs.',
    );
  const forbidden = asked.map(([unit]) => unit).find((unit) => !mayStart(unit, { gathered, facts, settings }));
  if (forbidden !== undefined)
    return problem(
      `sudo does not let ${cleanWord(facts.user)} start ${cleanWord(forbidden)} without a password: a deployment would fail when it starts the process.`,
      '"cutover units" shows the line of sudoers.',
    );
  return asked.length === 0 ? null : good(`${asked.map(([unit]) => cleanWord(unit)).join(', ')} is there.`);
};

/** Units of the user's own need nobody's leave. */
function mayStart(
  unit: string,
  { gathered, facts, settings }: Pick<Examined, 'gathered' | 'facts' | 'settings'>,
): boolean {
  const isOfSystem = settings.processes.some(
    ({ name, manager }) => manager === 'systemd' && unit === systemdUnit(settings.project, name),
  );
  if (!isOfSystem || facts.user === 'root') return true;
  const permitted = gathered?.text('sudo') ?? '';
  const starts = permitted.matchAll(/systemctl(?: start ([^,\s*?[]*)|(?=\s*(?:,|$)))/gm);
  return /NOPASSWD:\s*ALL\b/.test(permitted) || [...starts].some(([, prefix = '']) => unit.startsWith(prefix));
}
