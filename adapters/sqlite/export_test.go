package sqlite

import "strconv"

// LimitPages lets the file grow to so many pages, as a disk that is full would.
func (s *Store) LimitPages(n int) error {
	_, err := s.writer.Exec(`PRAGMA max_page_count = ` + strconv.Itoa(n))
	return err
}

// Pages is the size of the file in pages.
func (s *Store) Pages() (n int, err error) {
	err = s.writer.QueryRow(`PRAGMA page_count`).Scan(&n)
	return n, err
}
