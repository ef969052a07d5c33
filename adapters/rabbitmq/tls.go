package rabbitmq

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"syscall"

	amqp "github.com/rabbitmq/amqp091-go"
)

// TLS makes the settings of an encrypted connection for Config.Connection from PEM
// files. ca is the authority that signed the broker's certificate; if it is empty, the
// system's authorities count. cert and key are the client's certificate and key; give
// both or none.
func TLS(ca, cert, key string) (*tls.Config, error) {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca != "" {
		pem, err := os.ReadFile(ca)
		if err != nil {
			return nil, fmt.Errorf("the broker's authority: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("the broker's authority: no certificate in PEM form in %s", ca)
		}
	}
	if (cert == "") != (key == "") {
		return nil, errors.New("a client's certificate needs its key, and the other way round")
	}
	if cert != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return nil, fmt.Errorf("the client's certificate: %w", err)
		}
		cfg.Certificates = []tls.Certificate{pair}
	}
	return cfg, nil
}

// explainTLS adds a likely reason if a broker hung up while an encrypted connection was
// being made. TLS 1.3 refuses a client's certificate after the handshake. Which of
// amqp091's goroutines then fails first decides whether its error carries the broker's
// reason.
func explainTLS(url string, err error) error {
	hungUp := []error{io.EOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, amqp.ErrClosed, amqp.ErrCommandInvalid}
	if strings.HasPrefix(url, "amqps:") && slices.ContainsFunc(hungUp, func(e error) bool { return errors.Is(err, e) }) {
		return fmt.Errorf("%w; the broker hung up: it may ask for a client's certificate, or refuse the one it got", err)
	}
	return err
}
