SELECT set_config('lock_timeout', $1, false) AS lock_timeout,
    set_config('idle_in_transaction_session_timeout', $2, false) AS idle_timeout,
    set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
        ELSE current_setting('synchronous_commit') END, false) AS durability
