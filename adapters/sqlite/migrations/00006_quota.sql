-- In how many periods the kernel stopped an iteration, since a CPU quota was used up.
-- +goose Up
ALTER TABLE iterations ADD COLUMN stops INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE iterations DROP COLUMN stops;
