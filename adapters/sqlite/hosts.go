package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/benchbus/benchbus/domain"
)

// storedHost is a fingerprint in the form of which its digest is made. The table has a
// column for each field. Other bytes would store the same machine a second time.
type storedHost struct {
	Key            string `json:"key"`
	Name           string `json:"name"`
	OS             string `json:"os"`
	Arch           string `json:"arch"`
	Kernel         string `json:"kernel,omitempty"`
	CPUModel       string `json:"cpu_model,omitempty"`
	Cores          int    `json:"cores"`
	MemoryGiB      int    `json:"memory_gib,omitempty"`
	Virtualisation string `json:"virtualisation,omitempty"`
}

// hostKey returns the key of the fingerprint in other tables, and stores the
// fingerprint if it is new.
func hostKey(ctx context.Context, tx *sql.Tx, h domain.Host) (key int64, err error) {
	fingerprint, err := encode(storedHost(h))
	if err != nil {
		return 0, err
	}
	sum := digest(fingerprint)
	err = tx.QueryRowContext(ctx, `SELECT host FROM hosts WHERE digest = ?`, sum).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) {
		err = tx.QueryRowContext(ctx, `INSERT INTO hosts (digest, key, name, os, arch, kernel, cpu_model, cores, memory_gib, virtualisation)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING host`,
			sum, h.Key, h.Name, h.OS, h.Arch, h.Kernel, h.CPUModel, h.Cores, h.MemoryGiB, h.Virtualisation).Scan(&key)
	}
	return key, err
}
