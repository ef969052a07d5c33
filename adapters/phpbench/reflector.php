<?php
/*
 * Answers questions about the benchmark classes of a project, in whose folder it runs.
 *
 * The syntax is that of PHP 5.6, and no extension is needed. Questions come through file
 * descriptor 4, one line each, as base64 words; answers go to file descriptor 3, one line
 * each, as JSON after a nonce that only the parent and this class know, so that nothing
 * that the project prints can be taken for one.
 */
final class BenchbusReflector
{
    private static $channel;
    private static $nonce;
    private static $pid;
    /** The project's folder, with and without links resolved. */
    private static $root;
    private static $real;
    /** The benchmark files that were included here, and not by the project itself. */
    private static $included = array();
    /** How many bytes the project has printed. */
    private static $printed = 0;
    /** Whether the parent has said that no question follows. */
    private static $over = false;
    /** Fatal errors, after which PHP ends. */
    const FATAL = 4437;

    public static function main()
    {
        self::$pid = getmypid();
        self::$root = getcwd();
        self::$real = (string) realpath(self::$root);
        self::$channel = fopen('php://fd/3', 'w');
        $questions = fopen('php://fd/4', 'r');
        self::$nonce = rtrim((string) fgets($questions), "\n");
        register_shutdown_function(array(__CLASS__, 'ended'));
        ob_start(array(__CLASS__, 'printed'), 4096);
        while (($line = fgets($questions)) !== false) {
            $words = array_map('base64_decode', explode(' ', rtrim($line, "\n")));
            $answer = self::guarded(array(__CLASS__, array_shift($words)), array($words));
            self::say($answer);
        }
        self::$over = true;
    }

    /** Takes what the project prints. */
    public static function printed($text)
    {
        self::$printed += strlen($text);
        return '';
    }

    /** Says why the process ends before its time. */
    public static function ended()
    {
        if (!self::$over) {
            $last = error_get_last();
            $fatal = $last !== null && ($last['type'] & self::FATAL) !== 0;
            self::say(array('ended' => true, 'error' => $fatal ? self::tidy($last['message'] . self::place($last['file'], $last['line'])) : ''));
        }
    }

    /** Calls the function; what it throws is an answer, too. */
    private static function guarded($function, $arguments)
    {
        try {
            return call_user_func_array($function, $arguments);
        } catch (Exception $thrown) {
        } catch (Throwable $thrown) {
        }
        return array('error' => self::tidy(get_class($thrown) . ': ' . $thrown->getMessage() . self::place($thrown->getFile(), $thrown->getLine())));
    }

    private static function place($file, $line)
    {
        return strpos($file, 'Command line code') === false ? ' in ' . $file . ' on line ' . $line : '';
    }

    /** Leaves out the project's folder, which means nothing to others. */
    private static function tidy($text)
    {
        $text = str_replace(array(self::$root . '/', self::$real . '/'), '', $text);
        return strlen($text) > 2000 ? substr($text, 0, 2000) : $text;
    }

    /** Includes a file in a scope of its own. */
    private static function load()
    {
        require_once func_get_arg(0);
    }

    /** Includes the bootstrap, and says what this PHP is. */
    private static function bootstrap($words)
    {
        $file = array_shift($words);
        if ($file !== '') {
            self::load(self::$root . '/' . $file);
        }
        if (ob_get_level() > 0) {
            @ob_flush();
        }
        $known = array();
        foreach ($words as $name) {
            if (ini_get($name) !== false) {
                $known[] = $name;
            }
        }
        return array(
            'version' => PHP_VERSION,
            'name' => 'php' . PHP_MAJOR_VERSION . PHP_MINOR_VERSION,
            'attributes' => method_exists('ReflectionClass', 'getAttributes'),
            'printed' => self::$printed,
            'moved' => getcwd() !== self::$root,
            'known' => $known,
        );
    }

    /** Describes the class that the file declares, and its parents. */
    private static function reflect($words)
    {
        list($path, $name, $fresh) = $words;
        $file = self::$root . '/' . $path;
        $elsewhere = false;
        if (class_exists($name, false)) {
            $class = new ReflectionClass($name);
            $elsewhere = realpath($class->getFileName()) !== realpath($file);
            if ($elsewhere && $fresh !== '1') {
                return array('conflict' => true);
            }
        } else {
            self::$included[realpath($file)] = true;
            self::load($file);
            if (!class_exists($name, false)) {
                return array('error' => 'it does not declare the class ' . $name . ' when it is included');
            }
            $class = new ReflectionClass($name);
        }
        if ($fresh !== '1' && self::leans($class, realpath($file))) {
            return array('conflict' => true);
        }
        $constructor = $class->getConstructor();
        $answer = array(
            'elsewhere' => $elsewhere,
            'abstract' => $class->isAbstract() || $class->isInterface() || $class->isTrait(),
            'instantiable' => $class->isInstantiable(),
            'arguments' => $constructor ? $constructor->getNumberOfRequiredParameters() : 0,
            'files' => self::files($class),
            'classes' => array(),
        );
        for (; $class; $class = $class->getParentClass()) {
            $methods = array();
            foreach ($class->getMethods() as $method) {
                $methods[] = array(
                    'name' => $method->getName(),
                    'doc' => (string) $method->getDocComment(),
                    'attributes' => self::attributes($method),
                    'static' => $method->isStatic(),
                    'public' => $method->isPublic(),
                );
            }
            $answer['classes'][] = array(
                'name' => $class->getName(),
                'doc' => (string) $class->getDocComment(),
                'attributes' => self::attributes($class),
                'methods' => $methods,
            );
        }
        return $answer;
    }

    /** The project's files that the class, its parents and their traits come from. */
    private static function files($class)
    {
        $all = array();
        $waiting = array($class);
        while ($one = array_shift($waiting)) {
            $place = (string) realpath((string) $one->getFileName());
            if (strpos($place, self::$real . '/') === 0) {
                $all[substr($place, strlen(self::$real) + 1)] = true;
            }
            $waiting = array_merge($waiting, array_values($one->getTraits()), $one->getParentClass() ? array($one->getParentClass()) : array());
        }
        return array_map('strval', array_keys($all));
    }

    /**
     * Whether the class is made of one from another benchmark file that was included here.
     * Alone it may not find that one.
     */
    private static function leans($class, $file)
    {
        $all = $class->getInterfaceNames();
        for (; $class; $class = $class->getParentClass()) {
            $all = array_merge($all, array($class->getName()), $class->getTraitNames());
        }
        foreach ($all as $name) {
            $one = new ReflectionClass($name);
            $place = (string) $one->getFileName();
            if ($place !== '' && ($place = realpath($place)) !== $file && isset(self::$included[$place])) {
                return true;
            }
        }
        return false;
    }

    /** The attributes, by name; their classes need not exist. */
    private static function attributes($reflected)
    {
        $all = array();
        if (!method_exists($reflected, 'getAttributes')) {
            return $all;
        }
        foreach ($reflected->getAttributes() as $attribute) {
            $name = $attribute->getName();
            if (stripos($name, 'PhpBench\\Attributes\\') !== 0) {
                continue;
            }
            $one = array('name' => $name, 'values' => array(), 'named' => new stdClass());
            $arguments = self::guarded(array(__CLASS__, 'arguments'), array($attribute));
            if (isset($arguments['error'])) {
                $one['error'] = $arguments['error'];
            } else {
                foreach ($arguments['all'] as $key => $value) {
                    if (is_int($key)) {
                        $one['values'][] = $value;
                    } else {
                        $one['named']->$key = $value;
                    }
                }
            }
            $all[] = $one;
        }
        return $all;
    }

    private static function arguments($attribute)
    {
        return array('all' => $attribute->getArguments());
    }

    /** Gives the parameter sets that the providers of a class make, all combinations. */
    private static function provide($words)
    {
        $name = array_shift($words);
        $most = (int) array_shift($words);
        $bytes = (int) array_shift($words);
        $object = new $name();
        $sets = null;
        foreach ($words as $provider) {
            if (is_callable(array($object, $provider))) {
                $given = $object->$provider();
            } elseif (is_callable($provider)) {
                $given = call_user_func($provider);
            } else {
                return array('error' => 'there is no method ' . $provider . ' that can be called, and no function');
            }
            $given = self::given($provider, $given, $most);
            if (isset($given['error'])) {
                return $given;
            }
            $sets = $sets === null ? $given['sets'] : self::combined($sets, $given['sets']);
            if (count($sets) > $most) {
                return array('error' => 'its providers give ' . count($sets) . ' parameter sets together; at most ' . $most . ' are allowed');
            }
        }
        $answer = array();
        foreach ($sets as $set) {
            $one = self::guarded(array(__CLASS__, 'serialized'), array($set[1], $bytes));
            $one['name'] = implode(',', $set[0]);
            $one['places'] = $set[2];
            $answer[] = $one;
        }
        return array('sets' => $answer);
    }

    /** The sets that one provider gives: names, parameters, and the place of each in what it gives. */
    private static function given($provider, $given, $most)
    {
        if (!is_array($given) && !$given instanceof Traversable) {
            return array('error' => 'the provider ' . $provider . ' must return an array or an iterator of parameter sets, and not ' . gettype($given));
        }
        if (is_array($given) && count($given) > $most) {
            return array('error' => 'the provider ' . $provider . ' gives ' . count($given) . ' parameter sets; at most ' . $most . ' are allowed');
        }
        $sets = array();
        $place = 0;
        foreach ($given as $key => $set) {
            if (!is_array($set)) {
                return array('error' => 'the parameter set ' . (is_scalar($key) ? $key : gettype($key)) . ' of the provider ' . $provider . ' must be an array, and not ' . gettype($set));
            }
            $sets[$key] = array(array((string) $key), $set, array($place++));
            if (count($sets) > $most) {
                return array('error' => 'the provider ' . $provider . ' gives more than ' . $most . ' parameter sets; at most ' . $most . ' are allowed');
            }
        }
        if (!$sets) {
            return array('error' => 'the provider ' . $provider . ' gives no parameter set');
        }
        return array('sets' => array_values($sets));
    }

    /** All combinations; the sets of the first provider change fastest. */
    private static function combined($first, $second)
    {
        $all = array();
        foreach ($second as $b) {
            foreach ($first as $a) {
                $all[] = array(array_merge($a[0], $b[0]), array_merge($a[1], $b[1]), array_merge($a[2], $b[2]));
            }
        }
        return $all;
    }

    private static function serialized($set, $bytes)
    {
        $data = base64_encode(serialize($set));
        if (strlen($data) > $bytes) {
            return array('error' => 'a benchmark can carry ' . $bytes . ' bytes of them');
        }
        return array('data' => $data, 'empty' => !$set);
    }

    /** Answers; in a process that the project forked, does nothing. */
    private static function say($answer)
    {
        if (getmypid() === self::$pid) {
            fwrite(self::$channel, "\n" . self::$nonce . ' ' . self::json($answer, 0) . "\n");
        }
    }

    /** JSON, for which PHP itself needs an extension. */
    private static function json($value, $depth)
    {
        if ($depth > 30) {
            return 'null';
        }
        if ($value === null || is_bool($value)) {
            return $value === null ? 'null' : ($value ? 'true' : 'false');
        }
        if (is_int($value)) {
            return (string) $value;
        }
        if (is_float($value)) {
            return is_finite($value) ? str_replace(',', '.', sprintf('%.17E', $value)) : 'null';
        }
        if (is_string($value)) {
            return self::quoted($value);
        }
        if (is_object($value) && !$value instanceof stdClass) {
            return '{"class":' . self::quoted(get_class($value)) . '}';
        }
        if (is_resource($value)) {
            return '{"class":"resource"}';
        }
        $list = is_array($value) && array_keys($value) === array_keys(array_keys($value));
        $all = array();
        foreach ($value as $key => $element) {
            $all[] = ($list ? '' : self::quoted((string) $key) . ':') . self::json($element, $depth + 1);
        }
        return $list ? '[' . implode(',', $all) . ']' : '{' . implode(',', $all) . '}';
    }

    private static function quoted($text)
    {
        if (!preg_match('//u', $text)) {
            $text = preg_replace('/[\x80-\xff]/', '?', $text);
        }
        $text = addcslashes($text, "\\\"");
        return '"' . preg_replace_callback('/[\x00-\x1f\x7f]/', array(__CLASS__, 'escaped'), $text) . '"';
    }

    private static function escaped($match)
    {
        return sprintf('\\u%04x', ord($match[0]));
    }
}

BenchbusReflector::main();
