<?php
/*
 * Runs one benchmark in this process and reports to the parent.
 *
 * The syntax is that of PHP 5.6, and no extension is needed. Reports go to file
 * descriptor 3, one line each, as key=value pairs after a nonce that only the
 * parent and this class know, so that nothing that the benchmark prints can be
 * taken for one. The parent's instructions come through descriptor 4.
 */
final class BenchbusHarness
{
    /** Whether the clock is hrtime (nanoseconds) or microtime (seconds). */
    public static $hrtime;
    /** Always null, which PHP's optimiser cannot know. */
    public static $unknown;

    private static $channel;
    private static $nonce;
    private static $pid;
    private static $stage = 'start';

    /** How often the code is to run before the batch, and in it. */
    private static $warmup;
    private static $revolutions;
    /** To calibrate: how many nanoseconds a batch must last. Else 0. */
    private static $target;
    /**
     * Whether the instructions of this process are counted. Its batch then has three
     * parts: as many revolutions as it is told, as many again, and twice as many. What
     * counts them sees each call of getrusage(), and so where a part begins and ends. The
     * first part takes with it what only happens once.
     */
    private static $counted;

    /** How often the code is to run in the part that is under way. */
    private static $count = 0;
    /** The batch is taken in so many parts; and in how many until now. */
    private static $parts = 1;
    private static $part = 0;
    /** How often the code ran in the parts before. */
    private static $before = 0;
    /** A part lasts at least so many nanoseconds, so that reading the clocks is next to nothing. */
    const PART = 1000000;
    const PARTS = 10;
    /** What getrusage() said before the part that is under way; null: it cannot be asked. */
    private static $usage;
    /** Of each part: nanoseconds by the wall clock, and what getrusage() said before and after. */
    private static $taken = array();
    /** Whether the batch is over. */
    private static $over = false;
    /** The fastest of the calibration's last repetitions, like one of $taken. */
    private static $fastest;
    /** How often the last count was repeated; the fastest of three is believed. */
    private static $repeated = 0;

    /** The severities that the script goes on after; E_STRICT has no name any more. */
    const NOTICES = 28170;
    /** What @ leaves of error_reporting, if anything: the fatal errors. */
    const FATAL = 4437;
    /** How often PHP complained, by severity. */
    private static $notices = array();
    /** Extensions that look on while code runs, and take time for it. */
    private static $slowing = array('xdebug', 'pcov', 'blackfire', 'tideways', 'tideways_xhprof', 'xhprof', 'spx',
        'ddtrace', 'newrelic', 'scoutapm', 'elastic_apm', 'excimer', 'memprof', 'uopz', 'vld');
    /** Whether there were errors that were silenced. */
    private static $silenced = false;

    /** Says that PHP has started, and waits until the parent has set limits. */
    public static function open()
    {
        self::$pid = getmypid();
        self::$hrtime = function_exists('hrtime');
        self::$channel = fopen('php://fd/3', 'w');
        $start = fopen('php://fd/4', 'r');
        fwrite(self::$channel, 'ready=' . self::$pid . "\n");
        $line = fgets($start);
        if ($line === false) {
            exit(1); // the parent is gone
        }
        fclose($start);
        list(self::$nonce, $warmup, $revolutions, $target, $counted, $directives) = explode(' ', rtrim($line, "\n"));
        self::$warmup = (int) $warmup;
        self::$revolutions = (int) $revolutions;
        self::$target = (float) $target;
        self::$counted = $counted === '1';
        self::describe(array_filter(explode(',', $directives), 'strlen'));
        set_error_handler(array(__CLASS__, 'notice'), self::NOTICES);
    }

    /**
     * Says what this process is, and what became of the directives that were
     * asked for, before any of the benchmark's code runs.
     */
    private static function describe($directives)
    {
        $status = function_exists('opcache_get_status') ? @opcache_get_status(false) : null;
        $opcache = is_array($status) && !empty($status['opcache_enabled']);
        $jit = 'absent';
        if (ini_get('opcache.jit') !== false) {
            $jit = $opcache && !empty($status['jit']['on']) ? (string) ini_get('opcache.jit') : 'off';
        }
        $facts = array(
            'version' => PHP_VERSION,
            'build' => (PHP_ZTS ? 'ZTS' : 'NTS') . (PHP_DEBUG ? ' debug' : ''),
            'opcache' => $opcache ? 'on' : (extension_loaded('Zend OPcache') ? 'off' : 'absent'),
            'jit' => $jit,
            'ini' => (string) php_ini_loaded_file(),
            'slowed_by' => implode(' ', array_filter(self::$slowing, 'extension_loaded')),
        );
        $text = 'process=1';
        foreach ($facts as $name => $value) {
            $text .= ' fact_' . $name . '=' . bin2hex($value);
        }
        foreach ($directives as $name) {
            $value = ini_get($name);
            if ($value !== false) {
                $text .= ' set_' . bin2hex($name) . '=' . bin2hex($value);
            }
        }
        self::say($text);
    }

    /**
     * Counts what PHP complains of, in place of printing it, which takes a
     * hundred times as long. What is silenced or not to be reported is left to
     * PHP, which prints none of it and notes it for error_get_last().
     */
    public static function notice($severity, $message, $file = '', $line = 0)
    {
        if (self::$stage === 'bootstrap') {
            return true;
        }
        $reporting = error_reporting();
        if (!($reporting & ~self::FATAL)) {
            self::$silenced = true;
        } else {
            if (isset(self::$notices[$severity])) {
                ++self::$notices[$severity];
            } else {
                self::$notices[$severity] = 1;
                self::say('notice=' . $severity . ' text=' . bin2hex(substr($message, 0, 1000))
                    . ' place=' . bin2hex(substr($file, 0, 1000) . ' on line ' . $line));
            }
        }
        return ($reporting & $severity) !== 0;
    }

    /**
     * Includes the bootstrap, in a scope of its own. What PHP complains of in it is not
     * the benchmark's.
     */
    public static function bootstrap($file)
    {
        self::stage('bootstrap');
        $alone = Closure::bind(function () {
            require func_get_arg(0);
        }, null, null);
        $root = getcwd();
        $alone($root . '/' . $file);
        chdir($root); // where the benchmark's files are, whatever the bootstrap did
    }

    /** Says which scope the script runs at, and that the setup comes next. */
    public static function begin($scope)
    {
        self::say('scope=' . $scope);
        self::stage('setup');
    }

    /** Does nothing with what the code computed, which PHP's optimiser cannot know. */
    public static function keep()
    {
    }

    /** Says what comes next. */
    public static function stage($stage)
    {
        self::$stage = $stage;
        self::say('stage=' . $stage);
    }

    /** Begins the first phase and returns how often the code is to run in it. */
    public static function first()
    {
        if (self::$target > 0) {
            self::stage('calibration');
            return self::start(1);
        }
        if (self::$warmup > 0) {
            self::stage('warm-up');
            return self::$count = self::$warmup;
        }
        return self::batch(0);
    }

    /**
     * Ends a part; returns the count of the next one, 0 where none follows.
     * $done is null where the code has unset the variables of the loop.
     */
    public static function next($done, $elapsed)
    {
        $usage = self::$usage === null ? null : getrusage();
        if ($done === null) {
            self::say('cleared=1');
            exit(1);
        }
        if ($done !== self::$count) {
            self::left(self::$before + $done);
        }
        $elapsed = self::$hrtime ? $elapsed : $elapsed * 1e9;
        if (self::$stage === 'warm-up') {
            return self::batch($elapsed / self::$count);
        }
        if (self::$stage === 'calibration') {
            return self::calibrate(array($elapsed, self::$usage, $usage));
        }
        self::$taken[] = array($elapsed, self::$usage, $usage);
        self::$before += $done;
        if (++self::$part < self::$parts) {
            return self::part();
        }
        self::$over = true;
        return 0;
    }

    /**
     * Doubles the count until it lasts long enough by the clock that tells, then
     * repeats it: one reading of a busy machine is not to be believed.
     */
    private static function calibrate($taken)
    {
        if (self::$repeated === 0 || self::telling($taken) < self::telling(self::$fastest)) {
            self::$fastest = $taken;
        }
        if (self::$repeated === 0 && self::telling($taken) < self::$target && self::$count < self::$revolutions) {
            return self::start(min(self::$count * 2, self::$revolutions));
        }
        if (++self::$repeated < 3) {
            return self::start(self::$count);
        }
        self::$revolutions = self::$count;
        self::$taken = array(self::$fastest);
        self::$over = true;
        return 0;
    }

    /** CPU time where the code did not wait, else wall time, in nanoseconds. */
    private static function telling($taken)
    {
        list($wall, $before, $after) = $taken;
        return $before === null || $after['ru_nvcsw'] > $before['ru_nvcsw'] ? $wall : self::cpu($before, $after);
    }

    /** The CPU time between two answers of getrusage(), in nanoseconds. */
    private static function cpu($before, $after)
    {
        $time = 0;
        foreach (array('ru_utime', 'ru_stime') as $of) {
            $time += 1000000 * ($after[$of . '.tv_sec'] - $before[$of . '.tv_sec']) + $after[$of . '.tv_usec'] - $before[$of . '.tv_usec'];
        }
        return $time * 1000;
    }

    /** Follows the phases; teardown comes next. */
    public static function measured()
    {
        if (!self::$over) {
            self::left('?');
        }
        self::stage('teardown');
    }

    /** Reports the result, after all of the benchmark's code. */
    public static function close()
    {
        if (self::$stage !== 'end') {
            self::say('returned=1');
            return;
        }
        $notices = '';
        foreach (self::$notices as $severity => $count) {
            $notices .= ' ' . $severity . '=' . $count;
        }
        $parts = array();
        $voluntary = $involuntary = 0;
        foreach (self::$taken as $taken) {
            list($wall, $before, $after) = $taken;
            $parts[] = sprintf('%.0F', $wall) . ($before === null ? '' : sprintf(':%.0F', self::cpu($before, $after)));
            if ($before !== null) {
                $voluntary += $after['ru_nvcsw'] - $before['ru_nvcsw'];
                $involuntary += $after['ru_nivcsw'] - $before['ru_nivcsw'];
            }
        }
        self::say('revolutions=' . self::$revolutions . ' warmup=' . self::$warmup
            . ' parts=' . implode(',', $parts) . ' voluntary=' . $voluntary . ' involuntary=' . $involuntary
            . ' timer=' . (self::$hrtime ? 'hrtime' : 'microtime')
            . ' memory=' . memory_get_peak_usage() . ' resident=' . self::resident() . $notices);
    }

    /**
     * Begins the batch, in as many parts as last long enough each. $each is how
     * long a revolution took in the warm-up; 0: unknown.
     */
    private static function batch($each)
    {
        self::stage('batch');
        self::$parts = self::$counted ? 3 : (int) max(1, min(self::PARTS, self::$revolutions, $each * self::$revolutions / self::PART));
        self::quiet();
        return self::part();
    }

    /** Begins a part of the batch. */
    private static function part()
    {
        if (self::$counted) {
            return self::clocked(self::$part < 2 ? self::$revolutions : 2 * self::$revolutions);
        }
        return self::clocked((int) floor(self::$revolutions * (self::$part + 1) / self::$parts) - self::$before);
    }

    /** Begins a repetition of the calibration. */
    private static function start($count)
    {
        self::quiet();
        return self::clocked($count);
    }

    /** Takes the garbage out that there is; the collector runs in the batch when it runs in any script. */
    private static function quiet()
    {
        self::standAside();
        gc_collect_cycles();
    }

    /** Reads the clock of the CPU, last of all. */
    private static function clocked($count)
    {
        self::$count = $count;
        self::$usage = function_exists('getrusage') ? getrusage() : null;
        return $count;
    }

    /**
     * Where all errors so far were silenced, nobody need count them, and PHP
     * alone takes half the time for each.
     */
    private static function standAside()
    {
        if (self::$silenced && !self::$notices) {
            $ours = array(__CLASS__, 'notice');
            $current = set_error_handler($ours);
            restore_error_handler();
            if ($current === $ours) { // and not one of the benchmark's
                restore_error_handler();
            }
        }
    }

    private static function left($done)
    {
        self::say('left=' . $done . ' of=' . (self::$stage === 'batch' ? self::$revolutions : self::$count));
        exit(1);
    }

    /** The largest resident size in bytes by the system's account; 0: unknown. */
    private static function resident()
    {
        $status = (string) @file_get_contents('/proc/self/status');
        $at = strpos($status, 'VmHWM:');
        return $at === false ? 0 : 1024 * (int) substr($status, $at + 6, 20);
    }

    /** Reports; in a process that the benchmark forked, does nothing. */
    private static function say($pairs)
    {
        if (getmypid() === self::$pid) {
            fwrite(self::$channel, "\n" . self::$nonce . ' ' . $pairs . "\n");
        }
    }
}

BenchbusHarness::open();
BenchbusHarness::stage('compilation');
require getcwd() . '/.benchbus.php';
BenchbusHarness::close();
