-- Moves all times of a database as the tables act (began, shift) and day (since, until, left_alone)
-- say. What lies in the future, like the end of a hold, moves with the row that it is of.
CREATE FUNCTION pg_temp.shift(moment timestamp) RETURNS interval LANGUAGE sql STABLE AS $$
    SELECT COALESCE(
        (SELECT shift FROM act WHERE began <= moment ORDER BY began DESC LIMIT 1),
        (SELECT shift FROM act ORDER BY began LIMIT 1)
    )
$$;

CREATE FUNCTION pg_temp.spread(moment timestamp, born timestamp)
RETURNS timestamp LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN moment < since THEN moment
                WHEN moment <= until THEN moment + pg_temp.shift(moment)
                ELSE moment + pg_temp.shift(GREATEST(born, since)) END
      FROM day
$$;

CREATE FUNCTION pg_temp.spread(day_of date, born timestamp)
RETURNS date LANGUAGE sql STABLE AS $$
    SELECT day_of + COALESCE(pg_temp.spread(born, born)::date - born::date, 0)
$$;

DO $$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT table_name,
               string_agg(format('%1$I = pg_temp.spread(%1$I, %2$s)', column_name, born), ', ')
                   AS values,
               string_agg(format('%I >= (SELECT since FROM day)', column_name), ' OR ')
                   FILTER (WHERE data_type LIKE 'timestamp%') AS is_recent
          FROM (SELECT *, CASE WHEN bool_or(column_name = 'create_date') OVER (
                                        PARTITION BY table_name)
                               THEN 'create_date' ELSE '(SELECT until FROM day)' END AS born
                  FROM information_schema.columns
                 WHERE table_schema = 'public'
                   AND data_type IN ('timestamp without time zone', 'date')) AS columns
          JOIN information_schema.tables USING (table_schema, table_name)
          CROSS JOIN day
         WHERE table_type = 'BASE TABLE' AND table_name NOT SIMILAR TO left_alone
           AND (data_type <> 'date' OR born = 'create_date')
      GROUP BY table_name
    LOOP
        CONTINUE WHEN place.is_recent IS NULL;
        EXECUTE format('UPDATE %I SET %s WHERE %s', place.table_name, place.values, place.is_recent);
    END LOOP;
END
$$;

UPDATE enord_webhook_event SET attempt_log = (
    SELECT jsonb_agg(attempt || jsonb_build_object('at', to_char(pg_temp.spread(
               (attempt->>'at')::timestamp, (attempt->>'at')::timestamp), 'YYYY-MM-DD HH24:MI:SS')))
      FROM jsonb_array_elements(attempt_log) AS attempt
) WHERE jsonb_array_length(attempt_log) > 0;

-- counted again where they are now
DELETE FROM enord_told_hour;
