// Package php executes benchmarks in PHP: a fresh process per sample, which runs
// the setup, a warm-up, one timed batch, and the teardown.
//
// # What runs
//
// The code runs at global scope in a loop, and the loop is the same for warm-up
// and batch. Variables of the setup are visible in code and teardown.
// Functions, classes, interfaces, traits, enumerations and constants that are
// declared in the code are declared once, before the loop; those in blocks and
// functions are skipped when they are met again. What the code declares through
// eval or include it must guard itself. A const cannot follow from a define whose
// value is a variable's, and statements of the code that stand in more than one
// namespace are refused: one loop cannot hold them. Code that leaves the loop, by break,
// return or exit, is an error, and so is everything that makes PHP's exit status
// differ from 0, up to the last destructor.
//
// Garbage is collected before the batch, and not during it. The time is that of
// the loop, its counting included: some nanoseconds per revolution.
//
// Where a benchmark leaves its revolutions open, they are calibrated: in a
// process of its own for each of its variants, the count doubles until a batch
// takes a tenth of the target. The largest of the counts is taken for all of them,
// so that they do the same work, as long as the slowest can do it in half of the
// sample's time-out. Other benchmarks of the same iteration have counts of their
// own. A count is remembered, and concurrent iterations wait for it instead of
// measuring it again; but where a variant failed for a reason that may pass, it is
// found anew, since that variant had no say in it.
//
// # What fails
//
// A variant that fails costs the others nothing: what it measured before is
// dropped, it is not executed again, and the others are measured as if it were not
// there. Code that cannot be put into a script costs all variants of its benchmark,
// and no process. Where every variant failed, the iteration's error is that of the
// first one that another try can help, or else of the first.
//
// What concerns all variants ends the iteration at once, whatever was measured: the
// end of the context, a runtime that is not here, and a host that cannot start a
// process or has no folder for it.
//
// # What is measured
//
// The time of the batch by hrtime, before PHP 7.3 by microtime; CPU times of the
// whole process by the operating system; PeakMemory by VmHWM of the process,
// since what the system reports at its end may be the size of the program that
// started it; RuntimePeakMemory by memory_get_peak_usage(), which counts what
// was asked for and not the 2 MiB segments it is cut from. Both peaks include
// start-up and setup.
//
// # What a process gets
//
// An environment with nothing of this program's but PATH, an empty working
// directory that is also HOME and TMPDIR, /dev/null as its input, limits on
// memory, file size and output, and one core. The limits are set before any of
// the code runs. On every path, the process, its group, and on Linux everything
// else that it started are killed, and the directory is removed. If this program
// itself is killed, the kernel kills PHP, and the next executor removes the
// directory; but processes that PHP had started stay, unless they are in a
// control group, which the next executor ends.
//
// What PHP starts is found by a mark that is inherited, and by adoption in
// programs that call [AdoptOrphans]. Where the kernel allows it, it is moreover
// in a control group of its own (version 2, in a folder that this program may
// add to, as with Delegate= of systemd), and what it makes of System V's shared
// memory, semaphores and queues is in a name space of its own (as root). Else
// these are told in a warning, and left. So are files of this user that appear in
// /dev/shm while it runs, and, where it has written to files, in /tmp, /var/tmp and
// the folder for temporary files: somebody else may have made those at the same
// time. Elsewhere nobody looks.
// A process name space is not used: PHP would be its first process, which
// signals do not end by default.
//
// # What it is not
//
// A sandbox. The code runs as the user who runs benchbus: it can read and write
// that user's files, leave files anywhere, fill the disk with many of them, use
// the network, and kill this program. The result's channel is
// safe from accidents and from output that imitates it, not from code that
// looks for the harness's secret in its own memory.
//
// # Notices
//
// What PHP complains of and goes on after, such as deprecations, is counted by
// an error handler and not printed, which would take a hundred times as long.
// Code without notices is measured as without the handler. Errors that are
// silenced by @ are not counted; where there are no others before the batch, it
// runs without the handler. The code may set a handler of its own.
//
// # Runtimes
//
// A runtime such as php84 is the command configured for it; else php8.4, php84
// or a php of that version on the PATH; else NAME/bin/php in one of the folders
// for runtimes. A command may be a script, but must pass on file descriptors 3
// and 4, and PHP must run in its process group.
package php
