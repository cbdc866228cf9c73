// `npm run simulator`: a Bitwarden server's Public API on this machine, with an organization to connect Keytrail to. Never part of the deployed app.
import { demoOrganization } from './bitwarden/demo.ts'
import { listenBitwarden } from './bitwarden/http.ts'
import { liveEvents } from './bitwarden/live.ts'
import { bitwardenServer } from './bitwarden/server.ts'
import { simulatorOptions, simulatorText, simulatorUsage } from './bitwarden/text.ts'
import { randomFrom } from './demo/random.ts'
import { interruption } from './start/interruption.ts'

/** How often what has happened meanwhile is added; milliseconds. */
const tickMs = 1_000

async function main(): Promise<number> {
  const read = simulatorOptions(process.argv.slice(2), process.env)
  if (read.kind === 'invalid') return fail(`${read.message}\n\n${simulatorUsage}`)
  if (read.kind === 'help') {
    console.log(simulatorUsage)
    return 0
  }

  const signal = interruption()
  const startedAt = Date.now()
  const random = randomFrom(startedAt)
  const organization = demoOrganization(startedAt, read.tokens, random.next)
  const server = bitwardenServer({ organizations: [organization], now: Date.now, random: random.next })
  try {
    const listening = await listenBitwarden(server, read.port)
    const happening = liveEvents(random)
    const ticking = setInterval(() => organization.events.append(happening(Date.now())), tickMs)
    console.log(simulatorText(organization, listening.url, startedAt))

    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    clearInterval(ticking)
    await listening.stop()
    return 0
  } catch (error) {
    const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    return fail(taken ? `port ${read.port} is in use: end what uses it, or set SIMULATOR_PORT` : String(error))
  }
}

function fail(message: string): number {
  console.error(`simulator: ${message}`)
  return 1
}

process.exit(await main())
