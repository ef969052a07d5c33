-- What the runtime complained of in a process, as the messages carry it; NULL: of nothing.
-- +goose Up
ALTER TABLE samples ADD COLUMN notices_json TEXT;

-- +goose Down
ALTER TABLE samples DROP COLUMN notices_json;
