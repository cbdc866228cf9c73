// npm run vaultwarden:trial -- FOLDER: a made-up data folder of Vaultwarden, to try the agent with. It needs no Vaultwarden.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { birchwood, nora } from '../local/vaultwarden/people.ts'
import { makeTrialDatabase } from '../local/vaultwarden/trial.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined || folder.startsWith('-')) {
  console.error(
    'npm run vaultwarden:trial -- FOLDER\nMakes FOLDER/db.sqlite3 with a made-up organization and a month of its events. The file must not exist.',
  )
  process.exitCode = 2
} else {
  const path = join(folder, 'db.sqlite3')
  await mkdir(folder, { recursive: true })
  try {
    makeTrialDatabase(path, Date.now())
    console.log(
      `${path} holds the organization Birchwood (${birchwood}). Its owner is ${nora.name} (${nora.email}).
docs/connect/vaultwarden-agent.md has the steps. When the agent has sent all: open http://127.0.0.1:${process.env.KEYTRAIL_PORT ?? '7071'}, choose ${nora.name}, then Alerts.`,
    )
  } catch (error) {
    console.error(`${path} was not made: ${error instanceof Error ? error.message : error}`)
    process.exitCode = 1
  }
}
