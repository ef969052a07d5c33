package broker

import (
	"net"
	"net/url"
	"sync"
	"time"
)

// Proxy is a TCP proxy in front of a broker that can misbehave.
type Proxy struct {
	listener net.Listener
	url      url.URL

	mu    sync.Mutex
	delay time.Duration // of every piece of data
	hole  bool          // swallows all data
	conns map[net.Conn]struct{}
}

// NewProxy listens on the loopback interface for the broker with that URL.
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

// URL is the broker's, through the proxy.
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
			delay, hole := p.manners()
			time.Sleep(delay) // the fault itself
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

func (p *Proxy) manners() (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay, p.hole
}

// Behave delays every piece of data, or swallows it.
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
