-- Long bodies are compressed by lz4 where the server has it, which takes a fraction of the time of its default.
-- Rows that are there stay as they are until they are written again.
DO $$
DECLARE spot record;
BEGIN
    FOR spot IN
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'headstock' AND data_type = 'json' ORDER BY 1, 2
    LOOP
        EXECUTE format('ALTER TABLE headstock.%I ALTER COLUMN %I SET COMPRESSION lz4', spot.table_name, spot.column_name);
    END LOOP;
EXCEPTION WHEN feature_not_supported OR syntax_error THEN
    RAISE DEBUG 'this server has no lz4';
END $$;
