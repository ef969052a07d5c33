-- When a run's runner wrote its status last, and what a run is called that nobody works at.
-- +goose Up
ALTER TABLE runs ADD COLUMN updated_at TEXT;
UPDATE runs SET state = 'interrupted' WHERE state = 'pending';

-- +goose Down
UPDATE runs SET state = 'pending' WHERE state IN ('interrupted', 'detached');
ALTER TABLE runs DROP COLUMN updated_at;
