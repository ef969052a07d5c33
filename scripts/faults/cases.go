package main

import (
	"bufio"
	"errors"
	"strconv"
	"syscall"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
	"github.com/benchbus/benchbus/domain"
)

const quick = 5 * time.Millisecond

// cases lists the faults, in the order in which they are tried.
var cases = []fault{
	{name: "nothing", short: 200, long: 2000, takes: quick, noRepeat: true},
	{name: "nothing, classic queues", short: 200, long: 2000, takes: quick, queue: rabbitmq.QueueClassic, noRepeat: true},
	{name: "a worker killed with -9 in mid-iteration", short: 300, long: 2000, takes: 50 * time.Millisecond, inject: killWorkers},
	{name: "the same, classic queues", short: 300, long: 2000, takes: 50 * time.Millisecond, queue: rabbitmq.QueueClassic, inject: killWorkers},
	{name: "a worker stopped with SIGSTOP beyond the heartbeat", short: 300, long: 5000, takes: 20 * time.Millisecond, heartbeat: 1, inject: stopWorker},
	{name: "SIGTERM under load", short: 400, long: 3000, takes: 10 * time.Millisecond, noRepeat: true, inject: drainWorkers},
	{name: "all connections closed by the broker", short: 1500, long: 8000, takes: 10 * time.Millisecond, inject: closeConnections},
	{name: "the broker stopped and started", short: 500, long: 2000, takes: quick, inject: restart((*stage).stopBroker)},
	{name: "the broker killed with -9 and started", short: 1600, long: 6000, takes: 20 * time.Millisecond, inject: restart((*stage).killBroker)},
	{name: "the broker killed with -9 and started, classic queues", short: 1600, long: 6000, takes: 20 * time.Millisecond, queue: rabbitmq.QueueClassic, inject: restart((*stage).killBroker)},
	{name: "the commands queue deleted under the worker", short: 400, long: 2000, takes: quick, inject: deleteQueue},
	{name: "memory alarm on and off", short: 400, long: 2000, takes: quick, before: alarm, inject: memoryAlarm},
	{name: "a proxy that delays", short: 300, long: 1000, takes: quick, proxied: true, noRepeat: true, inject: delayNetwork},
	{name: "a proxy that cuts", short: 600, long: 4000, takes: 10 * time.Millisecond, proxied: true, inject: cutNetwork},
	{name: "a proxy that swallows everything", short: 300, long: 1000, takes: 10 * time.Millisecond, proxied: true, heartbeat: 1, inject: blackHole},
	{name: "the runner killed with -9, then resume", short: 300, long: 2000, takes: 10 * time.Millisecond, instead: killRunner},
	{name: "unreadable and hostile messages among good ones", short: 200, long: 2000, takes: quick, strangers: hostileCount, inject: hostileMessages},
	{name: "a benchmark that kills its worker", short: 200, long: 1000, takes: 10 * time.Millisecond, poison: 50, failed: 1},
	{
		name: "workers with one runtime each, stopped with SIGTERM and started 2 s later, in turn", short: 600, long: 3000, takes: 10 * time.Millisecond,
		noRepeat: true, runtimes: []domain.RuntimeName{"a", "b"}, rest: 2 * time.Second, inject: rollingRestart,
	},
	{name: "a host whose disk is full, and then no longer", short: 800, long: 6000, takes: 20 * time.Millisecond, noRepeat: true, inject: fullDisk},
	{
		name: "messages of 20 MB, and of 120 KB in one string or in headers", short: 200, long: 2000, takes: 10 * time.Millisecond,
		noRepeat: true, proxied: true, steady: true, hold: held, strangers: oversizedCount, inject: oversizedMessages,
	},
	{
		name: "the commands queue deleted among forged heartbeats and results", short: 1000, long: 4000, takes: 30 * time.Millisecond,
		hold: held, forged: len(wrong), strangers: forgedCount, inject: forge,
	},
	{
		name: "permanent errors of 180 KB", short: 200, long: 2000, takes: quick,
		noRepeat: true, proxied: true, steady: true, wordy: 50, failed: 50,
	},
}

// held is the number of iterations that are held back. It is less than the number of
// slots, so that other iterations go on.
const held = 4

func killWorkers(s *stage) error {
	return s.each(3, 20, func(i int) error {
		s.workers[i%len(s.workers)].signal(syscall.SIGKILL)
		return nil
	})
}

func stopWorker(s *stage) error {
	return s.each(1, 3, func(i int) error {
		worker := s.workers[i%len(s.workers)]
		worker.signal(syscall.SIGSTOP)
		defer worker.signal(syscall.SIGCONT)
		return s.sleep(5 * time.Second) // this lasts five heartbeats
	})
}

func drainWorkers(s *stage) error {
	return s.each(3, 20, func(i int) error {
		s.stopped++
		s.workers[i%len(s.workers)].signal(syscall.SIGTERM)
		return nil
	})
}

// rollingRestart restarts one worker after another, and waits for each to come back.
func rollingRestart(s *stage) error {
	return s.each(2, 10, func(i int) error {
		worker := s.workers[i%len(s.workers)]
		back := worker.nextStart()
		s.stopped++
		worker.signal(syscall.SIGTERM)
		select {
		case <-back:
			return nil
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
	})
}

func closeConnections(s *stage) error {
	return s.each(3, 20, func(int) error {
		_, err := s.node.Ctl("close_all_connections", "a test")
		return err
	})
}

func (s *stage) stopBroker() error { return s.node.Stop() }

// killBroker waits before it kills the broker, because RabbitMQ 3.10 does not recover a
// quorum queue that was declared less than about a second before.
func (s *stage) killBroker() error {
	if err := s.sleep(time.Until(s.began.Add(3 * time.Second))); err != nil {
		return err
	}
	return s.node.Kill()
}

func restart(down func(*stage) error) func(*stage) error {
	return func(s *stage) error {
		return s.each(1, 3, func(int) error { return errors.Join(down(s), s.node.Start()) })
	}
}

func deleteQueue(s *stage) error {
	return s.each(1, 3, func(int) error { return s.deleteCommands() })
}

func (s *stage) deleteCommands() error {
	return s.direct(func(ch *amqp.Channel) error {
		_, err := ch.QueueDelete(s.names().Commands(), false, false, false)
		return err
	})
}

// alarm makes the broker believe that it is out of memory.
func alarm(s *stage) error {
	_, err := s.node.Ctl("set_vm_memory_high_watermark", "0.000001")
	return err
}

// memoryAlarm ends the alarm with which the run began, once the runner has said why it
// waits. Then it raises further alarms during the run.
func memoryAlarm(s *stage) error {
	off := func(err error) error {
		if err == nil {
			err = s.sleep(2 * time.Second)
		}
		_, ended := s.node.Ctl("set_vm_memory_high_watermark", "0.4")
		return errors.Join(err, ended)
	}
	if err := off(s.await(s.blocked, "the broker blocks all who publish")); err != nil {
		return err
	}
	return s.each(1, 3, func(int) error { return off(alarm(s)) })
}

func delayNetwork(s *stage) error {
	return s.each(1, 1, func(int) error {
		s.proxy.Behave(20*time.Millisecond, false)
		defer s.proxy.Behave(0, false)
		return s.sleep(3 * time.Second)
	})
}

func cutNetwork(s *stage) error {
	return s.each(3, 20, func(int) error { s.proxy.Cut(); return nil })
}

func blackHole(s *stage) error {
	return s.each(1, 3, func(int) error {
		s.proxy.Behave(0, true)
		err := s.sleep(4 * time.Second)
		s.proxy.Behave(0, false)
		s.proxy.Cut() // these connections lack the dropped data, so they are useless
		return err
	})
}

// killRunner runs a runner process, kills it, and finishes the run with a runner in
// this process.
func killRunner(s *stage) (domain.RunStatus, error) {
	runner := s.settings
	runner.Name = string(s.id)
	cmd := command("runner", runner)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return domain.RunStatus{}, err
	}
	if err := cmd.Start(); err != nil {
		return domain.RunStatus{}, err
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if settled, _ := strconv.Atoi(lines.Text()); settled >= s.n/3 {
			break
		}
	}
	s.tooShort = cmd.Process.Kill() != nil
	_ = cmd.Wait()
	return s.runHere(true)
}

// direct calls do with a channel of its own to the broker, past any proxy.
func (s *stage) direct(do func(*amqp.Channel) error) error {
	conn, err := amqp.Dial(s.node.URL)
	if err != nil {
		return err
	}
	defer conn.Close()
	ch, err := conn.Channel()
	if err != nil {
		return err
	}
	return do(ch)
}

// sleep waits, so that a fault lasts. It fails if the case ends first.
func (s *stage) sleep(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-s.ctx.Done():
		return s.ctx.Err()
	}
}
