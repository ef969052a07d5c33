package php

import (
	"os"
	"sync"
	"time"
)

// drain reads a pipe to its end and keeps the last bytes of it.
type drain struct {
	pipe *os.File
	keep int
	most int64  // bytes after which full is called
	full func() // called once at most
	done sync.WaitGroup
	tail []byte
	size int64
}

func newDrain(pipe *os.File, keep int, most int64, full func()) *drain {
	d := &drain{pipe: pipe, keep: keep, most: most, full: full}
	d.done.Go(d.read)
	return d
}

func (d *drain) read() {
	buffer := make([]byte, 64<<10)
	told := false
	for {
		n, err := d.pipe.Read(buffer)
		d.size += int64(n)
		d.tail = append(d.tail, buffer[:n]...)
		if extra := len(d.tail) - d.keep; extra > 0 {
			d.tail = append(d.tail[:0], d.tail[extra:]...)
		}
		if d.size > d.most && !told {
			told = true
			d.full()
		}
		if err != nil {
			return
		}
	}
}

// finish is called after the process has ended: what is in the pipe is read,
// but a grandchild that still holds the other end is not waited for.
func (d *drain) finish() (tail []byte) {
	_ = d.pipe.SetReadDeadline(time.Now().Add(time.Second))
	d.done.Wait()
	d.pipe.Close()
	return d.tail
}
