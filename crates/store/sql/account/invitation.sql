SELECT tenant AS "tenant!: Uuid", person AS "person!: Uuid", made, expires FROM invitations WHERE hash = $1
