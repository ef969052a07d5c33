<?php

spl_autoload_register(function ($class) {
    foreach (array('src', 'benchmarks') as $folder) {
        $file = __DIR__ . '/' . $folder . '/' . basename(str_replace('\\', '/', $class)) . '.php';
        if (strpos($class, 'Acme\\') === 0 && is_file($file)) {
            require $file;
        }
    }
});
