import { configPhp } from './config.ts';
import { databasePhp } from './database.ts';
import { lookPhp } from './look.ts';
import { nodesPhp } from './nodes.ts';
import { prefixesPhp } from './prefixes.ts';
import { sweepPhp } from './sweep.ts';
import { wirePhp } from './wire.ts';

/**
 * What is asked for comes as JSON in `CUTOVER_CACHES`; it is run in the deploy path. `purge` removes what the releases hold in
 * caches outside their directories; `count`, `status` and `look` only look, and answer in lines of JSON.
 */
const mainPhp = String.raw`
error_reporting(E_ALL & ~E_DEPRECATED & ~E_USER_DEPRECATED);
$ask = json_decode((string) getenv('CUTOVER_CACHES'), true);
if (getenv('CUTOVER_RELEASES') !== false) $ask['releases'] = preg_split('/ /', getenv('CUTOVER_RELEASES'), -1, PREG_SPLIT_NO_EMPTY);

function dirOf($release) { return "releases/$release"; }
function say($text) { echo $text, "\n"; }
function answer(array $line) { echo json_encode($line, JSON_UNESCAPED_SLASHES | JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), "\n"; }

function appOf($release) {
    static $known = array();
    if ($release === null || !is_dir(dirOf($release))) return null;
    if (!array_key_exists($release, $known)) $known[$release] = configOf(getcwd() . '/' . dirOf($release));
    return $known[$release];
}

function recordAt($file) {
    $record = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
    return is_array($record) && isset($record['caches']) ? $record['caches'] : array();
}

/** All that a release holds outside its directory: what was written down, what its own config says, what the live one's suggests. */
function cachesOf($release, array $ask) {
    $written = array_merge(recordAt(".cutover/owed/$release"), recordAt(".cutover/releases/$release.caches"));
    $app = appOf($release);
    $resolved = $app ? isolatedBy($app, $ask['isolation'], $release) : array();
    $live = $ask['live'] !== null && $ask['live'] !== $release ? appOf($ask['live']) : null;
    if (!$app && !$written && $live) $resolved = renamed(isolatedBy($live, $ask['isolation'], $ask['live']), $ask['live'], $release);
    $declared = isset($ask['declared'][$release]) ? $ask['declared'][$release] : array();
    $caches = array();
    foreach (array_merge($written, $resolved, $written ? array() : $declared) as $cache) {
        if ($cache['kind'] !== 'file') $caches[json_encode(array($cache['kind'], $cache['connection'], $cache['prefix']))] = $cache;
    }
    return array_values($caches);
}

function renamed(array $caches, $from, $to) {
    return array_map(function ($cache) use ($from, $to) { $cache['prefix'] = str_replace($from, $to, $cache['prefix']); return $cache; }, $caches);
}

/** What stands before the keys of the releases that stay, to be held against the one that goes. */
function othersOf(array $cache, $release, array $ask) {
    $others = array();
    foreach ($ask['kept'] as $kept) {
        if ($kept === $release) continue;
        $others[$kept] = str_replace($release, $kept, $cache['prefix']);
        foreach (recordAt(".cutover/releases/$kept.caches") as $other) {
            if (isset($other['prefix'])) $others["$kept"] = strncmp($others[$kept], $cache['prefix'], strlen($cache['prefix'])) === 0 ? $others[$kept] : $other['prefix'];
        }
    }
    return $others;
}

/** The application whose config knows the way: the one in service, for its passwords are those of today. */
function guideFor($release, array $ask) {
    $app = appOf($ask['live']) ?: appOf($release);
    if (!$app) throw new Denied('No release tells how the application reaches its caches.');
    return $app;
}

function mastersFor(array $cache, $release, array $ask) {
    if ($cache['connection']['kind'] === 'server') return serverMasters($cache['connection']);
    return mastersOf((array) at(guideFor($release, $ask), 'config/database/redis', array()), $cache['connection']['name']);
}

function serverMasters(array $server) {
    $password = $server['password'] === null ? null : (getenv($server['password']) ?: null);
    $more = array('password' => $password);
    $nodes = array_map(function ($url) use ($more) { return array_merge(withUrl(array('url' => $url)), $more, isset(parse_url($url)['path']) && strpos($url, 'unix:') === 0 ? array('scheme' => 'unix', 'host' => parse_url($url)['path'], 'database' => 0) : array(), array('url' => null)); }, $server['urls']);
    if ($server['topology'] === 'cluster') return clusterMasters(array('options' => $more), $nodes);
    if ($server['topology'] === 'standalone') return array(array('node' => nodeOf($nodes[0]), 'clustered' => false));
    $plain = array_map(function ($node) { unset($node['password'], $node['username'], $node['database']); return $node; }, $nodes);
    return array(askSentinels($plain, $server['master'], array_merge($nodes[0], array('host' => null))));
}

function countOf(array $cache, $release, array $ask) {
    if ($cache['kind'] === 'database') return countRows(guideFor($release, $ask), $cache);
    return countKeys(mastersFor($cache, $release, $ask), $cache['prefix']);
}

function many($n) { return number_format($n) . ($n === 1 ? ' entry' : ' entries'); }

function purgeCache(array $cache, $release, array $ask) {
    $against = objection($cache['prefix'], $release, othersOf($cache, $release, $ask));
    if ($against !== null) throw new Denied("The cache \"{$cache['name']}\" of $release is not purged: $against.");
    $total = countOf($cache, $release, $ask)['keys'];
    $told = microtime(true);
    $tell = function ($removed) use ($total, &$told) {
        if (microtime(true) - $told < 1) return;
        $told = microtime(true);
        say(number_format($removed) . ' of ' . many($total) . ' removed.');
    };
    $removed = $cache['kind'] === 'database' ? removeRows(guideFor($release, $ask), $cache, $tell)
        : removeKeys(function () use ($cache, $release, $ask) { return mastersFor($cache, $release, $ask); }, $cache['prefix'], $tell);
    say("Purged $release from {$cache['name']}: " . many($removed) . ' that began with "' . $cache['prefix'] . '".');
}

/** Noted before anything is removed: whatever ends this, the next prune knows what is left. */
function owe($release, array $caches) {
    if (!is_dir('.cutover/owed')) mkdir('.cutover/owed', 0777, true);
    file_put_contents(".cutover/owed/$release.new", json_encode(array('format' => 1, 'release' => $release, 'caches' => $caches), JSON_UNESCAPED_SLASHES) . "\n");
    rename(".cutover/owed/$release.new", ".cutover/owed/$release");
}

function purge(array $ask) {
    $failed = 0;
    foreach ($ask['releases'] as $release) {
        $caches = cachesOf($release, $ask);
        if ($caches) owe($release, $caches);
        $left = array();
        foreach ($caches as $cache) {
            try { purgeCache($cache, $release, $ask); }
            catch (Exception $e) { say($e->getMessage()); $left[] = '"' . $cache['prefix'] . '" in ' . $cache['name']; }
        }
        if (!$left) { @unlink(".cutover/owed/$release"); continue; }
        say("Keys of $release are left: those that begin with " . implode(' and ', $left) . ". The next prune tries again; at once it is done with: cutover cache purge $release");
        $failed++;
    }
    return $failed;
}

function countAll(array $ask) {
    foreach ($ask['releases'] as $release) foreach (cachesOf($release, $ask) as $cache) {
        $line = array('release' => $release, 'cache' => $cache['name'], 'prefix' => $cache['prefix'], 'others' => (object) othersOf($cache, $release, $ask), 'keys' => null, 'sample' => array(), 'problem' => null);
        try { $line = array_merge($line, countOf($cache, $release, $ask)); } catch (Exception $e) { $line['problem'] = $e->getMessage(); }
        answer($line);
    }
}

function status(array $ask) {
    foreach ($ask['releases'] as $release) foreach (cachesOf($release, $ask) as $cache) {
        $line = array('release' => $release, 'cache' => $cache['name'], 'kind' => $cache['kind'], 'entries' => null, 'bytes' => null, 'sampled' => null, 'problem' => null);
        try {
            if ($cache['kind'] === 'database') { answer(array_merge($line, measureRows(guideFor($release, $ask), $cache))); continue; }
            $all = measureKeys(mastersFor($cache, $release, $ask), escaped($cache['prefix']) . '*', function ($key) { return '-'; });
            $found = isset($all['-']) ? $all['-'] : array('entries' => 0, 'sampled' => 0, 'sampledBytes' => 0);
            $line['entries'] = $found['entries'];
            $line['sampled'] = $found['sampled'];
            $line['bytes'] = $found['entries'] === 0 ? 0 : ($found['sampled'] ? (int) round($found['sampledBytes'] / $found['sampled'] * $found['entries']) : null);
        } catch (Exception $e) { $line['problem'] = $e->getMessage(); }
        answer($line);
    }
}

switch ($ask['do']) {
    case 'count': countAll($ask); break;
    case 'status': status($ask); break;
    case 'look': look($ask); break;
    case 'purge': exit(purge($ask) === 0 ? 0 : 1);
}
`;

/** The whole program, as one file of PHP. It travels with every removal of releases: without comments and indentation. */
export const cachesPhp = `<?php\n${compact([wirePhp, configPhp, nodesPhp, prefixesPhp, sweepPhp, databasePhp, lookPhp, mainPhp].join(''))}\n`;

function compact(code: string): string {
  return code
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('/**'))
    .join('\n');
}
