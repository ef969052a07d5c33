<?php

// Loads the classes for those who have no composer: copy it to vendor/autoload.php.

spl_autoload_register(static function (string $class): void {
    foreach (['Tally\\Benchmarks\\' => 'benchmarks', 'Tally\\' => 'src'] as $prefix => $folder) {
        if (strpos($class, $prefix) === 0) {
            $file = dirname(__DIR__) . "/$folder/" . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require $file;
            }
            return;
        }
    }
});
