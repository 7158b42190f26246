import { join } from 'node:path';
import { quote } from '../../../packages/cutover/src/shell/text.ts';
import { type Contender, keep, type Place } from '../contender.ts';
import { putSharedPaths } from '../shared-paths.ts';
import { byScript } from './by-script.ts';

/**
 * Deployer's way without Deployer, which comes from Composer's registry alone: its commands of a common deployment one after the other, each an
 * ssh of its own into `bash -ls` over a shared connection. Its own workers, which take a tenth of a second for each task, are not there.
 */
export const deployerWay: Contender = {
  name: 'deployer-way',
  note: "Deployer's commands one by one over a shared connection (git archive from a mirror), without the time of its PHP workers",
  prepare: async (place) => {
    await putSharedPaths(place, 'shared');
    return byScript(place, driver(place));
  },
};

/** Hosts go side by side, each with its connection, which is closed at the end. */
function driver({ hostNames, ...place }: Place): string {
  const socket = (host: string) => quote(join('/tmp', `cutover-bench-${process.pid}-${host}`));
  const all = commands(place).map(
    (command) => `printf '%s\\n' ${command} | ssh -o ControlPath="$socket" "$host" bash -ls`,
  );
  return `
set -eu
release=$1
deploy() {
  host=$1 socket=$2
  ssh -M -N -f -o ControlPath="$socket" "$host"
  ${all.join(' && \\\n  ')}
  ssh -q -O exit -o ControlPath="$socket" "$host"
}
began=
${hostNames.map((host) => `deploy ${host} ${socket(host)} > /dev/null & began="$began $!"`).join('\n')}
for each in $began; do wait "$each"; done
`;
}

/** Each in double quotes of the driver's shell, which knows the release. */
function commands({ deployPath: path, repository }: Pick<Place, 'deployPath' | 'repository'>): readonly string[] {
  const next = `${path}/releases/$release`;
  const shared = `${path}/shared`;
  return [
    `[ -d ${path}/.dep ] || true`,
    `cat ${path}/.dep/latest_release 2>/dev/null || true`,
    `mkdir -p ${path}/.dep ${path}/releases ${path}/shared`,
    `[ ! -d ${path}/current ] || [ -L ${path}/current ]`,
    `[ -f ${path}/.dep/deploy.lock ] || echo bench > ${path}/.dep/deploy.lock`,
    `[ -h ${path}/release ] || true`,
    `[ -d ${path}/releases ]`,
    `ls -t ${path}/releases`,
    `[ -f ${path}/.dep/releases_log ] || true`,
    `tail -n 300 ${path}/.dep/releases_log 2>/dev/null || true`,
    `[ ! -d ${next} ]`,
    `echo $release > ${path}/.dep/latest_release`,
    `echo '{\\"release_name\\":$release}' >> ${path}/.dep/releases_log`,
    `mkdir -p ${next}`,
    `man ln 2>/dev/null | grep -q relative || true`,
    `ln -nfs --relative ${next} ${path}/release`,
    `command -v git`,
    `mkdir -p ${path}/.dep/repo`,
    `[ -f ${path}/.dep/repo/HEAD ] || git clone -q --mirror ${repository.origin} ${path}/.dep/repo`,
    `cd ${path}/.dep/repo && git config --get remote.origin.url`,
    `cd ${path}/.dep/repo && git remote update`,
    `[ -h ${path}/release ]`,
    `readlink ${path}/release`,
    `cd ${path}/.dep/repo && git archive main | tar -x -f - -C ${next}`,
    `cd ${path}/.dep/repo && git rev-list main -1 > ${next}/REVISION`,
    `[ ! -e ${next}/.env ] && [ -f ${next}/.env.example ] || true`,
    `[ -d ${shared}/storage ]`,
    `rm -rf ${next}/storage`,
    `mkdir -p ${next}`,
    `ln -nfs --relative ${shared}/storage ${next}/storage`,
    `[ -d ${shared} ]`,
    `[ -f ${shared}/.env ]`,
    `rm -f ${next}/.env`,
    `ln -nfs --relative ${shared}/.env ${next}/.env`,
    `man mv 2>/dev/null | grep -q no-target-directory || true`,
    `mv -T ${path}/release ${path}/current`,
    `rm -f ${path}/.dep/deploy.lock`,
    `[ -e ${path}/release ] || true`,
    `ls -d ${path}/releases/* | head -n -${keep} | xargs -r rm -rf`,
  ].map((command) => `"${command}"`);
}
