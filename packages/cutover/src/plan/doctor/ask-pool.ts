import { lines, type Shell, sh } from '../../shell/text.ts';
import { fastcgiFunctions, type Pool } from '../steps/fpm/client.ts';

/**
 * Asks the pool what it knows of itself: settings of PHP and the state of opcache, as JSON in the section `pool`; where it cannot be
 * asked, why not. The script that the pool runs is in a temporary directory that is removed again. Run behind `gather`.
 */
export function askPool(pool: Pool): Shell {
  return lines(
    fastcgiFunctions(pool),
    sh`
      (
        place=$(mktemp -d) || exit 0
        trap 'rm -rf "$place"' EXIT
        chmod 755 "$place"
        printf '%s\n' ${report} > "$place/report.php"
        chmod 644 "$place/report.php"
        said=$(fastcgi "$place/report.php" "$place" /report.php CUTOVER_OPERATION=report < /dev/null 2>&1) && fastcgi_body "$said" || printf '%s\n' "$said"
      ) | section pool`,
  );
}

const report = `<?php
if (!isset($_SERVER['CUTOVER_OPERATION'])) exit;
$status = function_exists('opcache_get_status') ? @opcache_get_status(false) : false;
$ini = [];
foreach (['opcache.enable', 'opcache.validate_timestamps', 'opcache.revalidate_path', 'opcache.preload', 'opcache.restrict_api', 'opcache.memory_consumption', 'opcache.max_accelerated_files', 'opcache.force_restart_timeout', 'realpath_cache_size', 'realpath_cache_ttl', 'disable_functions', 'open_basedir', 'max_execution_time'] as $name) $ini[$name] = (string) ini_get($name);
$user = function_exists('posix_geteuid') && ($entry = posix_getpwuid(posix_geteuid())) ? $entry['name'] : '';
echo json_encode(['version' => PHP_VERSION, 'user' => $user, 'ini' => $ini, 'status' => $status]);
`.trim();
