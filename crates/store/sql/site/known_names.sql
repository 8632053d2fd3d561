SELECT kind, name, since FROM site_names WHERE tenant = $1 AND site = $2
