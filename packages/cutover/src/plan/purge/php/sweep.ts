/** Walking the keys of one release: counting them, and removing them without ever holding the server up. */
export const sweepPhp = String.raw`
function escaped($prefix) { return preg_replace('/[\\\\*?\[\]^]/', '\\\\$0', $prefix); }

/** Rests as long as the batch took: at most half of the server's time is ours, and less when others keep it busy. */
function rest($began) { usleep((int) max(200, (microtime(true) - $began) * 1e6)); }

/** Hands over the keys that match, a batch at a time. */
function walk(Wire $wire, $pattern, $each) {
    $cursor = '0';
    do {
        $began = microtime(true);
        list($cursor, $keys) = $wire->call(array('SCAN', $cursor, 'MATCH', $pattern, 'COUNT', '500'));
        if ($keys) $each($keys);
        rest($began);
    } while ($cursor !== '0');
}

function countKeys(array $masters, $prefix) {
    $found = array('keys' => 0, 'sample' => array());
    foreach ($masters as $master) walk(new Wire($master['node']), escaped($prefix) . '*', function ($keys) use (&$found) {
        $found['keys'] += count($keys);
        if (count($found['sample']) < 5) $found['sample'] = array_slice(array_merge($found['sample'], $keys), 0, 5);
    });
    return $found;
}

/** Removes until a pass finds none: SCAN may miss what came meanwhile, and in a cluster keys move. */
function removeKeys($masters, $prefix, $tell) {
    $removed = 0;
    for ($pass = 0; $pass < 20; $pass++) {
        $seen = 0;
        foreach ($masters() as $master) {
            $wire = new Wire($master['node']);
            walk($wire, escaped($prefix) . '*', function ($keys) use ($wire, $master, $prefix, $tell, &$seen, &$removed) {
                $own = array_values(array_filter($keys, function ($key) use ($prefix) { return strncmp($key, $prefix, strlen($prefix)) === 0; }));
                $seen += count($own);
                $removed += unlinkKeys($wire, $own, $master['clustered']);
                $tell($removed);
            });
        }
        if ($seen === 0) return $removed;
    }
    throw new Denied("Keys that begin with \"$prefix\" keep coming: something still writes them.");
}

/** In a cluster key by key, since a command must not name keys of two slots. A key that moved away is found by the next pass. */
function unlinkKeys(Wire $wire, array $keys, $isClustered) {
    static $verb = 'UNLINK';
    $removed = 0;
    foreach (array_chunk($keys, 250) as $batch) {
        $began = microtime(true);
        $commands = $isClustered ? array_map(function ($key) use ($verb) { return array($verb, $key); }, $batch) : array(array_merge(array($verb), $batch));
        foreach ($wire->calls($commands) as $reply) {
            if (is_int($reply)) { $removed += $reply; continue; }
            $isUnknown = strpos($reply->getMessage(), 'unknown command') !== false && $verb === 'UNLINK';
            if ($isUnknown) { $verb = 'DEL'; return $removed + unlinkKeys($wire, $batch, $isClustered); }
            if (!preg_match('/ (MOVED|ASK|TRYAGAIN) /', $reply->getMessage())) throw $reply;
        }
        rest($began);
    }
    return $removed;
}

/** Entries and bytes by release, in one walk; the bytes of a sample stand for all. */
function measureKeys(array $masters, $pattern, $releaseOf) {
    $found = array();
    foreach ($masters as $master) {
        $wire = new Wire($master['node']);
        walk($wire, $pattern, function ($keys) use ($wire, $releaseOf, &$found) {
            $commands = array(); $owners = array();
            foreach ($keys as $key) {
                if (($release = $releaseOf($key)) === null) continue;
                if (!isset($found[$release])) $found[$release] = array('entries' => 0, 'sampled' => 0, 'sampledBytes' => 0);
                $found[$release]['entries']++;
                if ($found[$release]['sampled'] + count(array_keys($owners, $release, true)) >= 200) continue;
                $commands[] = array('MEMORY', 'USAGE', $key); $owners[] = (string) $release;
            }
            foreach ($commands ? $wire->calls($commands) : array() as $i => $bytes) {
                if (!is_int($bytes)) continue;
                $found[$owners[$i]]['sampled']++; $found[$owners[$i]]['sampledBytes'] += $bytes;
            }
        });
    }
    return $found;
}
`;
