package broker

import (
	"bytes"
	"io"
	"net"
	"net/url"
	"sync"
	"time"
)

// Proxy is a TCP proxy in front of a broker. It can simulate faults of the network and
// of the broker.
type Proxy struct {
	listener net.Listener
	url      url.URL

	mu    sync.Mutex
	delay time.Duration // before it forwards each piece of data
	hole  bool          // it drops all data
	conns map[net.Conn]struct{}

	opened  int    // connections so far
	refused string // text for which it closes a connection as a broker does
}

// NewProxy returns a proxy of the broker with that URL. It listens on the loopback
// interface.
func NewProxy(brokerURL string) (*Proxy, error) {
	parsed, err := url.Parse(brokerURL)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &Proxy{listener: listener, url: *parsed, conns: map[net.Conn]struct{}{}}
	go p.serve()
	return p, nil
}

// URL returns the broker's URL, with the address of the proxy.
func (p *Proxy) URL() string {
	through := p.url
	through.Host = p.listener.Addr().String()
	return through.String()
}

func (p *Proxy) serve() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.url.Host)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = struct{}{}, struct{}{}
		p.opened++
		p.mu.Unlock()
		go p.copy(client, server)
		go p.copy(server, client)
	}
}

func (p *Proxy) copy(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			delay, hole, refused := p.manners()
			time.Sleep(delay) // this is the fault
			if refused != "" && bytes.Contains(buffer[:n], []byte(refused)) {
				_, _ = from.Write(frameError)
				_, _ = io.Copy(io.Discard, from) // until the client hangs up
				return
			}
			if !hole {
				if _, err := to.Write(buffer[:n]); err != nil {
					return
				}
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Proxy) manners() (delay time.Duration, hole bool, refused string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay, p.hole, p.refused
}

// frameError is the frame with which a broker closes a connection because it does not
// accept a frame: connection.close with the code 501.
var frameError = []byte{1, 0, 0, 0, 0, 0, 22, 0, 10, 0, 50, 501 >> 8, 501 & 0xff, 11, 'F', 'R', 'A', 'M', 'E', '_', 'E', 'R', 'R', 'O', 'R', 0, 0, 0, 0, 0xce}

// Refuse makes the proxy close each connection over which a client sends that text, as
// a broker does after a frame that is too large. An empty text ends that.
func (p *Proxy) Refuse(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = text
}

// Opened returns the number of connections that clients have made so far.
func (p *Proxy) Opened() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opened
}

// Behave makes the proxy delay every piece of data, or drop it if hole is true.
func (p *Proxy) Behave(delay time.Duration, hole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay, p.hole = delay, hole
}

// Cut closes all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.conns {
		conn.Close()
		delete(p.conns, conn)
	}
}

// Close ends the proxy and its connections.
func (p *Proxy) Close() {
	p.listener.Close()
	p.Cut()
}
