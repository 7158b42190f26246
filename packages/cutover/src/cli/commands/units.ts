import type { HostName } from '../../model/host.ts';
import type { Settings } from '../../model/settings.ts';
import { sudoersLine, type UnitFile, unitsAt, userOf } from '../../plan/processes/units.ts';
import { hostList } from '../../report/words.ts';
import { Exit, type ExitCode } from '../exit.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { settingsFor } from '../stage.ts';

/** `cutover units`: the units of systemd that the processes of the config need once on each host; no host is contacted. */
export async function units(options: StageOptions, outside: Outside): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  const found = unitsOf(settings);
  if (found.length === 0) {
    outside.err(
      'No process of this config is run by systemd, so nothing need be put on the hosts. See what there would be with --set processManager=systemd-user, or systemd.\n',
    );
    return Exit.refused;
  }
  const sudoers = sudoersOf(settings);
  const text = options.json
    ? JSON.stringify({ format: 1, project: settings.project, stage: settings.stage, units: found, sudoers }, null, 2)
    : [...found.flatMap(unitText), ...sudoers.flatMap(sudoersText), ...onceText(settings)].join('\n');
  outside.out(`${text}\n`);
  return Exit.succeeded;
}

interface UnitOnHosts extends UnitFile {
  readonly hosts: readonly HostName[];
}

interface SudoersOnHosts {
  readonly line: string;
  readonly hosts: readonly HostName[];
}

/** Hosts whose unit is the same together. */
function unitsOf(settings: Settings): readonly UnitOnHosts[] {
  const each = settings.hosts.flatMap((host) => unitsAt(settings, host).map((unit) => ({ host: host.name, unit })));
  const same = Map.groupBy(each, ({ unit }) => JSON.stringify(unit));
  return [...same.values()].flatMap((all) => (all[0] ? [{ ...all[0].unit, hosts: all.map(({ host }) => host) }] : []));
}

function sudoersOf(settings: Settings): readonly SudoersOnHosts[] {
  const byUser = Map.groupBy(
    settings.hosts.filter(({ receivesCode }) => receivesCode),
    userOf,
  );
  return [...byUser].flatMap(([user, hosts]) => {
    const line = sudoersLine(settings, user);
    return line === null ? [] : [{ line, hosts: hosts.map(({ name }) => name) }];
  });
}

function unitText({ path, hosts, text }: UnitOnHosts): readonly string[] {
  return [`# ${path} (${hostList(hosts)})`, text];
}

function sudoersText({ line, hosts }: SudoersOnHosts): readonly string[] {
  return [`# /etc/sudoers.d/cutover (${hostList(hosts)})`, line, ''];
}

function onceText({ processes }: Settings): readonly string[] {
  const isOfUser = processes.some(({ manager }) => manager === 'systemd-user');
  return isOfUser
    ? ['# Then, once: systemctl --user daemon-reload, and as root: loginctl enable-linger <user>']
    : ['# Then, once, as root: systemctl daemon-reload'];
}
