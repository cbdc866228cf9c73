// --check: connects to both sides and says in words what is there and what is wrong.
import type { OpenDatabase } from './database/database.ts'
import { readSchema } from './database/schema.ts'
import { readOrganizations } from './directory/read-organization.ts'
import type { Client } from './keytrail/client.ts'
import { Trouble } from './trouble.ts'

type CheckPorts = {
  readonly open: OpenDatabase
  readonly client: Client
  readonly say: (words: string) => void
}

/** How a side is, as an exit code: 0 as it should be, 1 it may be so later, 2 a person must change something. */
type Found = 0 | 1 | 2

/** Checks both sides; gives the worse of what it found. */
export async function check(ports: CheckPorts, organizations: readonly string[] | undefined): Promise<Found> {
  const database = await saying(ports.say, () => checkDatabase(ports, organizations))
  const keytrail = await saying(ports.say, async () => {
    await ports.client.authorize()
    ports.say('Keytrail: reached, and the server key is valid.')
    return 0
  })
  return database > keytrail ? database : keytrail
}

async function saying(say: (words: string) => void, work: () => Promise<Found>): Promise<Found> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Trouble)) throw error
    say(`Wrong: ${error.message}`)
    return error.isLasting ? 2 : 1
  }
}

async function checkDatabase({ open, say }: CheckPorts, wanted: readonly string[] | undefined): Promise<Found> {
  const database = await open()
  try {
    const schema = await readSchema(database)
    for (const words of schema.warnings) say(words)
    const found = await readOrganizations(database, schema, wanted)
    const names = found.map(({ id, name }) => `${name} (${id})`).join(', ')
    say(`Database: read. Organizations: ${names || 'none'}.`)
    const missing = (wanted ?? []).filter((id) => !found.some((each) => each.id === id))
    if (missing.length > 0) say(`Wrong: the database does not have the organization ${missing.join(', ')}.`)
    const [first] = await database.select('SELECT e.uuid FROM event AS e LIMIT 1')
    if (!first) say('There are no events yet. Vaultwarden writes them only with ORG_EVENTS_ENABLED=true.')
    return missing.length === 0 ? 0 : 2
  } finally {
    await database.close()
  }
}
