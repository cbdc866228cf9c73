// The agent with a real PostgreSQL.
import { followsADatabaseServer } from './support/following.ts'
import { startPostgres } from './support/postgres.ts'

followsADatabaseServer(startPostgres)
