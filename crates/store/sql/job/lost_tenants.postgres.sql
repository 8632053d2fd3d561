SELECT DISTINCT tenant FROM jobs WHERE state = 'running' AND lease_until <= $1
