<?php

spl_autoload_register(function ($class) {
    $file = __DIR__ . '/src/' . basename(str_replace('\\', '/', $class)) . '.php';
    if (strpos($class, 'Acme\\') === 0 && is_file($file)) {
        require $file;
    }
});
