// Package php executes benchmarks in PHP: a fresh process per sample, which runs
// the setup, a warm-up, one timed batch, and the teardown.
//
// # What runs
//
// The code runs in a loop, and the loop is the same for warm-up and batch. Variables of
// the setup are visible in code and teardown. All three are in one function, for which
// opcache and JIT do more than at global scope, unless one of them reaches for global
// variables, executes code that is not visible in it, or could tell the difference
// otherwise; then all three are at global scope. The environment of a sample says which
// it was, as scope.
//
// Functions, classes, interfaces, traits, enumerations and constants that are
// declared in the code are declared once, before the loop; those in blocks and
// functions are skipped when they are met again. The code must itself guard
// declarations that it makes through eval or include. A const cannot use a constant
// that define gave the value of a variable. Statements of the code in more than one
// namespace are refused, since one loop cannot hold them. Code that leaves the loop, by
// break, return or exit, is an error, and so is everything that makes PHP's exit
// status differ from 0, up to the last destructor.
//
// Garbage is collected before the batch. In the batch the garbage collector runs as in
// any script, unless zend.enable_gc is 0. The time is that of the loop, its counting
// included: some nanoseconds per revolution.
//
// If a benchmark leaves its revolutions open, the executor calibrates them. It starts
// a process for each variant, in which the count doubles until a batch takes a tenth
// of the target. All variants get the largest of the counts that follow, so that they
// do the same work, but no more than the slowest can do in half of the sample's
// time-out. Each benchmark of an iteration has its own count. The executor remembers a
// count, and concurrent iterations wait for it instead of measuring it again. If a
// variant failed for a transient reason, the count is not remembered, since it does
// not take that variant into account.
//
// # What fails
//
// A variant that fails does not affect the others: its samples are dropped, it is not
// executed again, and the others are measured as if it were not there. If a
// benchmark's code cannot be put into a script, all of its variants fail before a
// process is started. If every variant failed, the iteration's error is that of the
// first variant with a transient error, or else that of the first variant.
//
// Failures that concern all variants end the iteration at once and drop all samples:
// the end of the context, a missing runtime, and a host that cannot start a process or
// has no folder for it.
//
// # What is measured
//
// hrtime measures the time of the batch, and microtime before PHP 7.3. The operating
// system measures the CPU times of the whole process. PeakMemory is the VmHWM of the
// process, since the peak that the system reports at its end may be the size of the
// program that started it. RuntimePeakMemory is memory_get_peak_usage(), which counts
// the memory that was requested and not the 2 MiB segments that it comes from. Both
// peaks include start-up and setup.
//
// # What a process gets
//
// A process gets an environment with nothing of this program's but PATH, an empty
// working directory that is also HOME and TMPDIR, /dev/null as its input, limits on
// memory, file size and output, and one core. The limits are set before any of
// the code runs. However the process ends, the executor kills it, its group, and on
// Linux everything else that it started, and removes the directory. If this program
// itself is killed, the kernel kills PHP, and the next executor removes the
// directory. Processes that PHP had started then stay, unless they are in a
// control group, which the next executor ends.
//
// The executor finds the processes that PHP started by a mark that they inherit, and
// by adoption in programs that call [AdoptOrphans]. If the kernel allows it, they are
// moreover in a control group of their own (version 2, in a folder that this program
// may add to, as with Delegate= of systemd), and as root their System V shared
// memory, semaphores and queues are in a name space of their own. Without that name
// space the executor warns of such objects and leaves them. It does the same with
// files of this user that appear in /dev/shm while the process runs and, if the
// process has written to files, in /tmp, /var/tmp and the folder for temporary files,
// since another program may have made those at the same time. It does not look
// elsewhere.
// A process name space is not used: PHP would be its first process, which
// signals do not end by default.
//
// # What it is not
//
// The executor is not a sandbox. The code runs as the user who runs benchbus: it can
// read and write that user's files, leave files anywhere, fill the disk with many of
// them, use the network, and kill this program. The result's channel is safe from
// accidents and from output that imitates it, but not from code that looks for the
// harness's secret in its own memory.
//
// # Notices
//
// An error handler counts the errors after which PHP goes on, such as deprecations. It
// does not print them, which would take a hundred times as long. It does not slow down
// code without notices. Errors that are silenced by @ are not counted; if there are no
// others before the batch, the batch runs without the handler. The code may set a
// handler of its own.
//
// # Runtimes
//
// A runtime such as php84 is the command configured for it; else php8.4, php84
// or a php of that version on the PATH; else NAME/bin/php in one of the folders
// for runtimes. A command may be a script, but must pass on file descriptors 3
// and 4, and PHP must run in its process group.
package php
