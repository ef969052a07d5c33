// The harness, in the syntax of PHP 5.6. It runs at the top level, since a
// benchmark's functions may use "global"; its own names begin with __bb_.
$__bb_ctl = \fopen('php://fd/3', 'wb');
// Nothing happens before the parent has set the limits of this process.
list($__bb_key, $__bb_calibrate, $__bb_warmup, $__bb_revs) = \explode(' ', \trim((string) \fgets(\fopen('php://fd/4', 'rb'))));
$__bb_hr = \function_exists('hrtime');
\fwrite($__bb_ctl, "$__bb_key stage setup\n");
/*SETUP*/
\fwrite($__bb_ctl, "$__bb_key stage warm-up\n");
$__bb_phase = $__bb_calibrate > 0 ? 'calibrate' : 'warm-up';
$__bb_n = $__bb_calibrate > 0 ? 1 : (int) $__bb_warmup;
while (true) {
    if ($__bb_phase === 'batch') {
        \fwrite($__bb_ctl, "$__bb_key stage batch\n");
        \gc_collect_cycles();
        \gc_disable();
    }
    $__bb_t = $__bb_hr ? \hrtime(true) : \microtime(true);
    for ($__bb_i = 0; $__bb_i < $__bb_n; ++$__bb_i) {
/*CODE*/
    }
    $__bb_t = ($__bb_hr ? \hrtime(true) : \microtime(true)) - $__bb_t;
    if ($__bb_i !== $__bb_n) {
        \fwrite($__bb_ctl, "$__bb_key left\n");
        exit(1);
    }
    if ($__bb_phase === 'batch') {
        \gc_enable();
        break;
    }
    if ($__bb_phase === 'warm-up') {
        $__bb_phase = 'batch';
        $__bb_n = (int) $__bb_revs;
        continue;
    }
    $__bb_ns = $__bb_hr ? $__bb_t : $__bb_t * 1e9;
    if ($__bb_ns >= $__bb_calibrate / 10 || $__bb_n >= 1000000000) {
        break;
    }
    $__bb_n *= 2;
}
\fwrite($__bb_ctl, "$__bb_key stage teardown\n");
/*TEARDOWN*/
$__bb_status = (string) @\file_get_contents('/proc/self/status');
\fwrite($__bb_ctl, \sprintf(
    "%s result timer=%s batch_ns=%.0F revolutions=%d peak=%d hwm_kib=%d\n",
    $__bb_key, $__bb_hr ? 'hrtime' : 'microtime', $__bb_hr ? $__bb_t : $__bb_t * 1e9, $__bb_n, \memory_get_peak_usage(),
    \preg_match('/^VmHWM:\s+(\d+)/m', $__bb_status, $__bb_m) ? $__bb_m[1] : 0
));
