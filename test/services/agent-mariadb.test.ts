// The agent with a real MariaDB.
import { followsADatabaseServer } from './support/following.ts'
import { startMariadb } from './support/mariadb.ts'

followsADatabaseServer(startMariadb)
