package rabbitmq_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/benchbus/benchbus/adapters/rabbitmq"
)

// authority signs certificates and writes them into a folder.
type authority struct {
	*testing.T
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{T: t, dir: t.TempDir()}
	a.cert, a.key = a.issue("ca", &x509.Certificate{
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "test authority"},
	})
	return a
}

// issue writes the certificate NAME.pem and the key NAME.key.
func (a *authority) issue(name string, template *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(a, err)
	template.SerialNumber = big.NewInt(time.Now().UnixNano())
	template.NotBefore, template.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	require.NoError(a, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(a, err)
	write := func(file, kind string, bytes []byte) {
		text := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})
		require.NoError(a, os.WriteFile(filepath.Join(a.dir, file), text, 0o600))
	}
	write(name+".pem", "CERTIFICATE", der)
	write(name+".key", "PRIVATE KEY", private)
	cert, err := x509.ParseCertificate(der)
	require.NoError(a, err)
	return cert, key
}

func (a *authority) file(name string) string { return filepath.Join(a.dir, name) }

// tlsFront listens with TLS, asks for a client's certificate, and passes
// everything on to the broker.
func (a *authority) tlsFront(brokerURL string) (address string) {
	parsed, err := url.Parse(brokerURL)
	require.NoError(a, err)
	pair, err := tls.LoadX509KeyPair(a.file("server.pem"), a.file("server.key"))
	require.NoError(a, err)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool,
	})
	require.NoError(a, err)
	a.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			broker, err := net.Dial("tcp", parsed.Host)
			if err != nil {
				_ = client.Close()
				continue
			}
			pass := func(to, from net.Conn) {
				_, _ = io.Copy(to, from)
				_ = to.Close()
				_ = from.Close()
			}
			go pass(client, broker)
			go pass(broker, client)
		}
	}()
	return listener.Addr().String()
}

func TestTLS(t *testing.T) {
	s := newSpace(t)
	a := newAuthority(t)
	a.issue("server", &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})
	a.issue("client", &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	parsed, err := url.Parse(s.url)
	require.NoError(t, err)
	parsed.Scheme, parsed.Host = "amqps", a.tlsFront(s.url)

	settings, err := rabbitmq.TLS(a.file("ca.pem"), a.file("client.pem"), a.file("client.key"))
	require.NoError(t, err)
	cfg := rabbitmq.Config{URL: parsed.String()}
	cfg.Connection.TLSConfig = settings
	transport := s.open(cfg)
	messages := s.subscribe(transport, s.name+".commands")
	publish(t, transport, s.name+".commands", "1")
	require.Equal(t, "1", s.next(messages).UUID)

	refused := func(ca, cert, key, want string) {
		t.Helper()
		settings, err := rabbitmq.TLS(ca, cert, key)
		require.NoError(t, err)
		cfg := rabbitmq.Config{URL: parsed.String()}
		cfg.Connection.TLSConfig = settings
		_, err = rabbitmq.New(cfg)
		require.ErrorContains(t, err, want)
	}
	refused(a.file("ca.pem"), "", "", "certificate") // the text is the broker's, or our guess
	refused("", a.file("client.pem"), a.file("client.key"), "certificate signed by unknown authority")
}

func TestTLSFilesThatDoNotFit(t *testing.T) {
	a := newAuthority(t)
	check := func(want, ca, cert, key string) {
		t.Helper()
		_, err := rabbitmq.TLS(ca, cert, key)
		require.ErrorContains(t, err, want)
	}
	check("no such file", a.file("none.pem"), "", "")
	check("no certificate in PEM form", a.file("ca.key"), "", "")
	check("needs its key", "", a.file("ca.pem"), "")
	check("the client's certificate", "", a.file("ca.pem"), a.file("ca.pem"))
}
