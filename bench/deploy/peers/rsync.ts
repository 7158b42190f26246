import { type Contender, keep, type Place } from '../contender.ts';
import { putSharedPaths } from '../shared-paths.ts';
import { byScript } from './by-script.ts';

/** By hand, as many do: rsync beside the release in service with hard links to it, then one ssh that links and swaps. */
export const rsync: Contender = {
  name: 'rsync',
  note: 'sends the work tree with --link-dest; no lock, no check, no flush, no way back',
  prepare: async (place) => {
    await putSharedPaths(place, '.');
    return byScript(place, deployScript(place));
  },
};

function deployScript({ deployPath, hostNames }: Place): string {
  return `
set -eu
for host in ${hostNames.join(' ')}; do
  rsync -a --delete --exclude=.git --link-dest='${deployPath}/current/' --mkpath ./ "$host:${deployPath}/releases/$1/"
  ssh "$host" "
    set -eu
    cd '${deployPath}'
    ln -s ../../storage releases/$1/storage
    ln -s ../../.env releases/$1/.env
    ln -s releases/$1 current.$1 && mv -T current.$1 current
    ls -d releases/* | head -n -${keep} | xargs -r rm -rf
  "
done
`;
}
