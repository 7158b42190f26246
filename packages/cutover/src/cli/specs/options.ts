import { Option } from 'commander';

const stage = (): Option => new Option('-s, --stage <name>', 'The stage; needed when the config has several.');
const host = (): Option =>
  repeated(new Option('--host <name>', 'Only this host; * stands for any letters; may be repeated.'));
const role = (): Option => repeated(new Option('--role <name>', 'Only hosts with this role; may be repeated.'));
const label = (): Option => repeated(new Option('--label <key=value>', 'Only hosts with this label; may be repeated.'));
const config = (): Option => new Option('-c, --config <file>', 'The config file, instead of the one that is found.');
const set = (): Option =>
  repeated(new Option('--set <key=value>', 'Change a setting for this call: --set keep=3; may be repeated.'));
const verbose = (): Option =>
  new Option('-v, --verbose', 'Show more: the output of every step, the shell of every undo.');

/** `--json`. */
export const json = (): Option =>
  new Option('--json', 'Print JSON: a document, or one event per line while something is done.');
/** `--yes`. */
export const yes = (): Option => new Option('-y, --yes', 'Agree beforehand to what would be asked.');
/** `--no-color`. */
export const noColor = (): Option => new Option('--no-color', 'No colours; NO_COLOR does the same.');
/** `--timings`. */
export const timings = (): Option => new Option('--timings', 'Print where the time went, phase by phase.');
/** `--wait`. */
export const wait = (): Option =>
  new Option('--wait [duration]', 'Wait for the lock of another deployment: 5m, or for as long as it takes.');
/** `--ref`. */
export const ref = (): Option =>
  new Option('-r, --ref <ref>', 'The branch, tag or SHA to deploy, instead of the one in the config.');

/** `--same`. */
export const same = (): Option =>
  new Option('--same', 'A new release of the revision that is in service, for an environment that has changed.');

/** Options that say which stage and config are meant. */
export const ofStage = [stage, config, set];
/** Options of every command about the hosts of a stage. */
export const common = [stage, host, role, label, config, set, json, yes, verbose, noColor];

function repeated(option: Option): Option {
  return option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
}
