DELETE FROM invitations WHERE tenant = $1 AND person = $2
