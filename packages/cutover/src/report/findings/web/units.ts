import { posix } from 'node:path/posix';
import type { UnitFacts } from '../../../model/facts.ts';
import { systemdUnit, unitsOfOld } from '../../../model/process.ts';
import { cleanWord } from '../../clean.ts';
import { count } from '../../words.ts';
import type { Examined, Look } from '../examine.ts';
import type { Said } from '../finding.ts';
import { good, problem, warning } from './said.ts';

/** The units that systemd starts processes by. */
export const units: Look = ({ gathered, facts, settings }) => {
  const asked = [...(gathered?.all('unit') ?? [])].map(([unit, text]) => ({ unit, ...unitIn(text) }));
  const old = unitsOfOld(facts.processes, settings);
  if (asked.length + old.length === 0) return null;
  const missing = asked.filter(({ isThere }) => !isThere).map(({ unit }) => cleanWord(unit));
  if (missing.length > 0) return absent(missing);
  if (gathered?.text('linger') === 'no' && settings.processes.some(({ manager }) => manager === 'systemd-user'))
    return problem(
      `systemd ends what ${cleanWord(facts.user)} runs with their last login: a process would end soon after its deployment.`,
      `As root: \`loginctl enable-linger ${cleanWord(facts.user)}\`.`,
    );
  for (const { unit } of asked) {
    const verb = verbs.find((one) => !isPermitted(one, unit, { gathered, facts, settings }));
    if (verb !== undefined)
      return problem(
        `sudo does not let ${cleanWord(facts.user)} ${verb} ${cleanWord(unit)} without a password: a deployment would ${consequences[verb]}.`,
        '"cutover units" shows the line of sudoers.',
      );
  }
  const changed = asked.find(({ lacks }) => lacks.length > 0);
  return bereft(old, { gathered, facts }) ?? (changed === undefined ? sound(asked, old) : outdated(changed));
};

function absent(units: readonly string[]): Said {
  const [unit, process] = units.length === 1 ? ['unit', 'process'] : ['units', 'processes'];
  return problem(
    `The ${unit} ${units.join(', ')} ${are(units)} not there: a deployment would fail when it starts the ${process}.`,
    `"cutover units" shows ${units.length === 1 ? 'it, and where it belongs' : 'them, and where they belong'}.`,
  );
}

/** Of those that were started by an earlier name, one that the next deployment could not end; null where there is none. */
function bereft(old: readonly UnitFacts[], { gathered, facts }: Pick<Examined, 'gathered' | 'facts'>): Said | null {
  if (gathered === null) return null;
  const user = cleanWord(facts.user);
  for (const { manager, name } of old) {
    const verb = (['stop', 'disable'] as const).find(
      (one) => manager === 'systemd' && !isAllowed(one, name, { gathered, facts }),
    );
    if (verb !== undefined)
      return problem(
        `sudo does not let ${user} ${verb} ${cleanWord(name)} without a password. It was started by an earlier name: a deployment would ${consequences[verb]}.`,
        `Let the line of sudoers from before stand beside the new one until the next deployment is done, or run then as root: \`systemctl disable --now ${cleanWord(name)}\`.`,
      );
  }
  return null;
}

function sound(asked: readonly { readonly unit: string }[], old: readonly UnitFacts[]): Said {
  const there = asked.map(({ unit }) => cleanWord(unit));
  const names = old.map(({ name }) => cleanWord(name));
  const [were, them] = names.length === 1 ? ['was', 'it'] : ['were', 'them'];
  return good(
    [
      ...(there.length === 0 ? [] : [`${there.join(', ')} ${are(there)} there.`]),
      ...(names.length === 0
        ? []
        : [`${names.join(', ')} ${were} started by an earlier name: the next deployment ends ${them}.`]),
    ].join(' '),
  );
}

function are({ length }: readonly string[]): string {
  return length === 1 ? 'is' : 'are';
}

const consequences = {
  start: 'fail when it starts the process',
  stop: 'leave the old process running',
  enable: 'fail when it lets the process start with the host',
  disable: 'leave the old process to start with the host',
};

const verbs = ['start', 'stop', 'enable', 'disable'] as const;

/** More lines than the config asks for are the host's own affair. */
function unitIn(text: string): { readonly isThere: boolean; readonly lacks: readonly string[] } {
  const [state = '', ...lines] = text.split('\n').map((line) => line.trim());
  return { isThere: state === 'there', lacks: lines.filter((line) => line !== '' && !line.startsWith('#')) };
}

function outdated({ unit, lacks }: { readonly unit: string; readonly lacks: readonly string[] }) {
  const [first = '', ...others] = lacks;
  const more = others.length === 0 ? ' is' : ` and ${count(others.length, 'other line')} are`;
  return warning(
    `${cleanWord(unit)} is not as the config says now: ${cleanWord(first)}${more} missing in it.`,
    'Put it there again as "cutover units" shows it, then "systemctl daemon-reload".',
  );
}

/** Units of the user's own need nobody's leave. */
function isPermitted(
  verb: string,
  unit: string,
  { gathered, facts, settings }: Pick<Examined, 'gathered' | 'facts' | 'settings'>,
): boolean {
  const isOfSystem = settings.processes.some(
    ({ name, manager }) => manager === 'systemd' && unit === systemdUnit(settings, name),
  );
  return !isOfSystem || isAllowed(verb, unit, { gathered, facts });
}

/** By what sudo says of the user's rights. */
function isAllowed(verb: string, unit: string, { gathered, facts }: Pick<Examined, 'gathered' | 'facts'>): boolean {
  if (facts.user === 'root') return true;
  const permitted = gathered?.text('sudo') ?? '';
  const allowed = permitted.matchAll(
    new RegExp(`systemctl(?: \\*| ${verb}(?: --quiet)? ([^,\\s*?[]*)|(?=\\s*(?:,|$)))`, 'gm'),
  );
  return /NOPASSWD:\s*ALL\b/.test(permitted) || [...allowed].some(([, prefix = '']) => unit.startsWith(prefix));
}

/** Whether a file is the unit of a process, whose instances name releases by intention. */
export function isUnitAsked(path: string, gathered: Examined['gathered']): boolean {
  return gathered?.all('unit').has(posix.basename(path)) ?? false;
}
