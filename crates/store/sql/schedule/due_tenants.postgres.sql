SELECT DISTINCT tenant FROM schedules WHERE enabled AND next <= $1
