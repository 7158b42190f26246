import type { Look } from '../examine.ts';
import { appSocket } from './app-socket.ts';
import * as host from './host-looks.ts';
import type { WebFindingName } from './names.ts';
import { keepConn, openFileCache, reloadResets, responseCache, symlinks } from './nginx-looks.ts';
import { opcache } from './opcache.ts';
import { fpmPool, fpmReload, opcacheAccess, preload, reloadPermitted, requestLimits } from './pool-looks.ts';
import { realpathCache } from './realpath.ts';
import { units } from './units.ts';
import { scriptNames, webRoot, webServer } from './web-server.ts';

/** What each finding of a host's servers is made by, in the order in which it is told. */
export const webLooks: Readonly<Record<WebFindingName, Look>> = {
  'web-server': webServer,
  'web-root': webRoot,
  'script-names': scriptNames,
  'open-file-cache': openFileCache,
  symlinks,
  'response-cache': responseCache,
  'app-socket': appSocket,
  'fpm-pool': fpmPool,
  'fpm-reload': fpmReload,
  'reload-permitted': reloadPermitted,
  'reload-resets': reloadResets,
  'keep-conn': keepConn,
  opcache,
  'opcache-access': opcacheAccess,
  'realpath-cache': realpathCache,
  preload,
  'pool-access': host.poolAccess,
  'request-limits': requestLimits,
  'in-use': host.inUse,
  processes: host.processes,
  managers: host.managers,
  units,
  schedules: host.schedules,
  headroom: host.headroom,
  flush: host.flush,
  'baked-paths': host.bakedPaths,
  'file-times': host.fileTimes,
  writers: host.writers,
  versions: host.versions,
};
