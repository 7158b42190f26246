import { posix } from 'node:path/posix';
import type { ReleaseName } from '../../../model/release.ts';
import { type Shell, sh } from '../../../shell/text.ts';

/**
 * Puts a PHP file of an unguessable name into a release for as long as the step lasts, and defines `opcache_agent OPERATION [NAME=VALUE…]`, which
 * runs it in the pool. It does nothing unless it is told to by a FastCGI parameter, which no HTTP request can set. The release is
 * `$agent_release`, by its real path. Run in the deploy path, behind `fastcgiFunctions`.
 */
export function opcacheAgent(release: ReleaseName): Shell {
  const directory = posix.join('releases', release);
  return sh`
    agent_release=$(cd -P ${directory} && pwd -P)
    agent_file=".cutover-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n').php"
    trap 'rm -f "$agent_release/$agent_file"' EXIT
    printf '%s\n' ${agent} > "$agent_release/$agent_file"
    chmod 644 "$agent_release/$agent_file"
    opcache_agent() {
      agent_operation=$1
      shift
      agent_answer=$(fastcgi "$agent_release/$agent_file" "$agent_release" "/$agent_file" CUTOVER_OPERATION="$agent_operation" CUTOVER_TO="$agent_release" "$@") || { printf '%s\n' "$agent_answer"; return 1; }
      [ "$(fastcgi_status "$agent_answer")" = 200 ] || { echo "PHP-FPM could not run a script of the release:"; fastcgi_body "$agent_answer"; return 1; }
      fastcgi_body "$agent_answer"
    }`;
}

/**
 * `list`: whether opcache is on, and whether it has room for one release more, then the files of the release CUTOVER_FROM that it holds.
 * `compile`: takes files of the release CUTOVER_TO into opcache, which it would refuse a request that comes within two seconds of their making.
 * `reset`: begins a reset. `state`: `done` when none is under way. `where`: the file that runs.
 */
const agent = `<?php
if (!isset($_SERVER['CUTOVER_OPERATION'])) { http_response_code(404); exit; }
$operation = $_SERVER['CUTOVER_OPERATION'];
$to = $_SERVER['CUTOVER_TO'].'/';
$from = (isset($_SERVER['CUTOVER_FROM']) ? $_SERVER['CUTOVER_FROM'] : '').'/';
header('Content-Type: text/plain');
if ($operation === 'where') { exit(__FILE__."\\n"); }
$status = function_exists('opcache_get_status') ? @opcache_get_status($operation === 'list') : false;
if ($status === false) { exit("off\\n"); }
$ofRelease = function () use ($status, $from) {
  $found = [];
  foreach (isset($status['scripts']) ? $status['scripts'] : [] as $path => $script)
    if (strncmp($path, $from, strlen($from)) === 0) $found[substr($path, strlen($from))] = $script['memory_consumption'];
  return $found;
};
if ($operation === 'list') {
  $files = $ofRelease();
  $free = $status['memory_usage']['free_memory'];
  $keys = $status['opcache_statistics']['max_cached_keys'] - $status['opcache_statistics']['num_cached_keys'];
  $isFull = $status['cache_full'] || $free < 1.2 * array_sum($files) || $keys < 2.2 * count($files);
  echo $isFull ? "full\\n" : "room\\n", implode("\\n", array_keys($files)), "\\n";
} elseif ($operation === 'compile') {
  ini_set('opcache.file_update_protection', '0');
  $count = 0;
  foreach (explode("\\n", trim(file_get_contents('php://input'))) as $file) {
    try { if ($file !== '' && is_file($to.$file) && @opcache_compile_file($to.$file)) $count++; } catch (Throwable $error) { }
  }
  echo "$count\\n";
} elseif ($operation === 'reset') {
  echo opcache_reset() ? "begun\\n" : "off\\n";
} else {
  echo $status['restart_pending'] || $status['restart_in_progress'] ? "pending\\n" : "done\\n";
}
`.trim();
