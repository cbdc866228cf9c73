// The agent's command line.
import { parseArgs } from 'node:util'
import { messageOf, Trouble } from '../trouble.ts'

export const usage = `keytrail-agent [--config FILE] [--once | --dry-run | --check | --item-names FILE [--organization ID]]

Sends the events and the directory of a Vaultwarden to Keytrail, and follows them until it is stopped.
  --config FILE      settings, as JSON or as lines NAME=value; the environment goes before the file
  --once             sends what is new, then ends
  --dry-run          says what would be sent, by organization; nothing is sent
  --check            connects to the database and to Keytrail, and says what is wrong
  --item-names FILE  sends the names of items: FILE is the output of "bw list items --organizationid ID", - is the standard input.
                     Only id, name and collections of each item leave this machine
  --organization ID  with --item-names: only the items of this organization

Settings: KEYTRAIL_URL, KEYTRAIL_CLIENT_ID, KEYTRAIL_CLIENT_SECRET (or KEYTRAIL_CLIENT_SECRET_FILE), DATABASE_URL (the path of db.sqlite3,
postgres://… or mysql://…), STATE_FILE, ORGANIZATIONS, INTERVAL_SECONDS, DIRECTORY_INTERVAL_SECONDS.
Exit codes: 0 done, 1 it may work later, 2 settings or permissions are wrong.`

export type Arguments = {
  readonly mode: 'follow' | 'once' | 'dry-run' | 'check' | 'item-names' | 'help'
  readonly config: string | undefined
  readonly itemNames: string
  readonly organization: string | undefined
}

/** Reads the arguments. Throws `Trouble` with the usage. */
export function readArguments(args: readonly string[]): Arguments {
  const [flag, text] = [{ type: 'boolean' } as const, { type: 'string' } as const]
  const options = {
    config: text,
    once: flag,
    'dry-run': flag,
    check: flag,
    'item-names': text,
    organization: text,
    help: flag,
  }
  try {
    const given = parseArgs({ args: [...args], options }).values
    const modes = (['help', 'once', 'dry-run', 'check', 'item-names'] as const).filter(
      (name) => given[name] !== undefined,
    )
    if (modes.length > 1) throw new Error(`--${modes.join(' and --')} do not go together`)
    if (given.organization !== undefined && given['item-names'] === undefined) {
      throw new Error('--organization goes with --item-names; for events, set ORGANIZATIONS')
    }
    const { config, organization } = given
    return { mode: modes[0] ?? 'follow', config, organization, itemNames: given['item-names'] ?? '' }
  } catch (error) {
    throw new Trouble('settings', `${messageOf(error)}\n\n${usage}`)
  }
}
