SELECT pg_advisory_xact_lock(hashtextextended(coalesce(current_schema(), '') || '/' || $1::uuid::text, 0))
