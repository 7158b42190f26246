/**
 * The application's own resolved config: the file that `config:cache` wrote, or else the application is booted as far as its
 * config, in a process of its own. Nothing of it is printed.
 */
export const configPhp = String.raw`
function configOf($dir) {
    $file = "$dir/bootstrap/cache/config.php";
    if (is_file($file)) {
        try {
            ob_start();
            $config = require $file;
            ob_end_clean();
            if (is_array($config)) return array('config' => $config, 'version' => versionOf($dir));
        } catch (Throwable $e) { ob_end_clean(); }
    }
    return bootedConfig($dir);
}

function versionOf($dir) {
    $source = @file_get_contents("$dir/vendor/laravel/framework/src/Illuminate/Foundation/Application.php");
    if ($source && preg_match("/VERSION = '(\d+\.\d+)/", $source, $found)) return $found[1];
    $booted = bootedConfig($dir);
    return $booted ? $booted['version'] : '99.0';
}

function bootedConfig($dir) {
    static $known = array();
    if (array_key_exists($dir, $known)) return $known[$dir];
    if (!is_file("$dir/bootstrap/app.php")) return $known[$dir] = null;
    $code = <<<'PHP'
ob_start();
chdir($argv[1]);
if (is_file('vendor/autoload.php')) require 'vendor/autoload.php';
$app = require 'bootstrap/app.php';
$app->bootstrapWith(array('Illuminate\Foundation\Bootstrap\LoadEnvironmentVariables', 'Illuminate\Foundation\Bootstrap\LoadConfiguration'));
$config = $app['config'];
$told = array('version' => preg_replace('/^(\d+\.\d+).*$/', '$1', $app->version()), 'config' => array());
foreach (array('cache', 'database', 'statamic') as $part) $told['config'][$part] = $config->get($part);
ob_end_clean();
fwrite(STDOUT, "\x1e" . json_encode($told, JSON_PARTIAL_OUTPUT_ON_ERROR));
PHP;
    $command = PHP_BINARY . ' -d display_errors=stderr -r ' . escapeshellarg($code) . ' -- ' . escapeshellarg($dir) . ' 2>/dev/null';
    $said = explode("\x1e", (string) shell_exec($command), 2);
    $told = isset($said[1]) ? json_decode($said[1], true) : null;
    return $known[$dir] = is_array($told) ? $told : null;
}

function at($config, $path, $default = null) {
    foreach (explode('/', $path) as $part) {
        if (!is_array($config) || !array_key_exists($part, $config)) return $default;
        $config = $config[$part];
    }
    return $config;
}

/** The first of two lists that names it. */
function pick($name, array $first, array $second = array()) {
    return isset($first[$name]) ? $first[$name] : (isset($second[$name]) ? $second[$name] : null);
}
`;
