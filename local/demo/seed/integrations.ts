// Makes the demo's integrations through the app's API: a webhook, Slack, Teams and e-mail, all of which lead to the local inbox.
import * as v from 'valibot'
import { signingSecretOf } from '../../../src/domain/notifications/targets/webhook/signing.ts'
import { acmeId } from '../people/world.ts'
import { ask, type Reach, textOf } from './seed.ts'

/** What the demo's webhook is signed with: as little of a secret as the demo's passwords. */
export const demoSigningSecret = signingSecretOf(Buffer.from('the demo of keytrail, and no secret'))

/** What the demo's e-mail is signed with, as Azure's access keys are. */
export const demoAccessKey = Buffer.from('the demo of keytrail, and no access key').toString('base64')

/** Exports of a vault: User_ClientExportedVault, Organization_ClientExportedVault. */
const exportTypes = [1007, 1602]

type SeedIntegrationsOptions = Reach & {
  /** A token of an owner or admin of Acme Corp. */
  readonly token: string
  /** Base URL of what the inbox takes messages at. */
  readonly inboxUrl: string
  readonly signingSecret: string
  readonly accessKey: string
}

const List = v.object({ data: v.array(v.object({ name: v.string() })) })

/**
 * Makes those of them that no integration has the name of; nothing where integrations are switched off. Alerts that
 * were raised before do not go to them: it comes before the events. Throws when the app refuses one.
 */
export async function seedIntegrations(options: SeedIntegrationsOptions): Promise<void> {
  const { token } = options
  const path = `/organizations/${acmeId}/integrations`
  const response = await ask(options, { method: 'GET', path, token })
  if (response.status === 404) return
  const names = new Set(v.parse(List, JSON.parse(textOf(response))).data.map(({ name }) => name))

  for (const integration of integrations(options)) {
    if (names.has(integration.name)) continue
    textOf(await ask(options, { method: 'POST', path, token, body: JSON.stringify(integration) }))
  }
}

function integrations({ inboxUrl, signingSecret, accessKey }: SeedIntegrationsOptions) {
  const pressing = { alerts: { levels: ['high', 'critical'], resolved: true } }
  return [
    {
      name: 'Inbox: webhook',
      target: { kind: 'webhook', url: `${inboxUrl}/webhook`, secret: signingSecret },
      subscriptions: { alerts: { resolved: true }, events: { types: exportTypes } },
    },
    {
      name: 'Inbox: Slack',
      target: { kind: 'slack-webhook', url: `${inboxUrl}/slack` },
      subscriptions: pressing,
    },
    { name: 'Inbox: Teams', target: { kind: 'teams', url: `${inboxUrl}/teams` }, subscriptions: pressing },
    {
      name: 'Inbox: e-mail',
      target: {
        kind: 'acs-email',
        host: new URL(inboxUrl).host,
        accessKey,
        from: 'keytrail@demo.test',
        to: ['alice@demo.test'],
      },
      subscriptions: { alerts: { levels: ['high', 'critical'], resolved: true } },
    },
  ]
}
