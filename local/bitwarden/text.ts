// What `npm run simulator` takes and says. Pure.
import { parseArgs } from 'node:util'
import * as v from 'valibot'
import type { TokenKind } from './events.ts'
import type { SimulatedOrganization } from './organization.ts'

export const simulatorUsage = `npm run simulator [-- --tokens KIND]    a Bitwarden server's Public API, with an organization to connect

  --tokens          what pages go on from: position (as the cloud, the default), date (as self-hosted servers),
                    plain-date, offset
  SIMULATOR_PORT    7080`

type Options =
  | { readonly kind: 'options'; readonly port: number; readonly tokens: TokenKind }
  | { readonly kind: 'help' }
  | { readonly kind: 'invalid'; readonly message: string }

const Tokens = v.picklist(['position', 'date', 'plain-date', 'offset'])
const Port = v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.toNumber(), v.maxValue(65_535))

/** Reads the arguments and the environment. An empty setting counts as unset. */
export function simulatorOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  try {
    const options = { tokens: { type: 'string', default: 'position' }, help: { type: 'boolean' } } as const
    const { values } = parseArgs({ args: [...args], options })
    if (values.help) return { kind: 'help' }
    const [tokens, port] = [v.safeParse(Tokens, values.tokens), v.safeParse(Port, env.SIMULATOR_PORT || '7080')]
    if (!tokens.success) return { kind: 'invalid', message: `--tokens is one of: ${Tokens.options.join(', ')}` }
    if (!port.success) return { kind: 'invalid', message: 'SIMULATOR_PORT must be a port' }
    return { kind: 'options', port: port.output, tokens: tokens.output }
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) }
  }
}

/** What it says when it runs: what to enter in Keytrail, and who sees it there. */
export function simulatorText(organization: SimulatedOrganization, url: string, nowMs: number): string {
  const { id, name, clientSecret, events, members } = organization
  const count = events.all(nowMs).length.toLocaleString('en-US')
  return `
A simulated Bitwarden server is running. Ctrl-C ends it.

  organization   ${id}   ${name}
  client id      organization.${id}
  client secret  ${clientSecret}
  address        ${url}   (server: Self-hosted server)

It has ${members.length} members, ${count} events of the last month, and new ones every few seconds: every two minutes a
password is guessed, or the vault is exported. docs/connect/bitwarden-self-hosted.md says how to connect it:
with npm start running, create the organization with its id as Olga, connect its source, and see its events as Alice.
`
}
