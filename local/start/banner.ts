// What a start says when everything runs: where things are, and requests that work as they stand. Pure.
import type { Item, Organization } from '../demo/people/directory.ts'
import type { StartOptions } from './options.ts'

type Tokens = { readonly user: string; readonly organization: string; readonly server: string }

type Demo = {
  readonly issuer: string
  /** Where the page's people sign in; undefined: at the local identity server. */
  readonly signInIssuer: string | undefined
  readonly inboxUrl: string
  readonly organization: Organization
  /** Of which the first one's people must not see anything. */
  readonly otherOrganization: Organization
  readonly tokens: Tokens
  /** The item that the example views. */
  readonly item: Item
  /** When the examples say that it happens. */
  readonly date: string
}

type Running = { readonly url: string; readonly options: StartOptions }

/** The text for a start with the local identity server and the demo data. */
export function demoBanner({ url, options }: Running, demo: Demo): string {
  const { issuer, signInIssuer, inboxUrl, organization, otherOrganization, tokens, item, date } = demo
  const json = `-H 'Content-Type: application/json'`
  const viewed = `[{"type":1107,"cipherId":"'$ITEM'","organizationId":"'$ACME'","date":"${date}"}]`
  const changed = `[{"Type":1700,"OrganizationId":"'$ACME'","PolicyId":"${organization.policies[0]?.id}","Date":"${date}","SystemUser":3}]`
  return `
Keytrail is running. Ctrl-C ends it. README.md and docs/api.md say the rest.

  app       ${url}
  identity  ${issuer}   every password and every client's secret is: demo
  inbox     ${inboxUrl}   what Slack, Teams, a webhook and people by e-mail are sent
  storage   ${storage(options)}
  people    alice@demo.test (owner), bob@demo.test (admin), carol@demo.test (reads the log), dave@demo.test (user),
            pat@provider.test (provider), olga@keytrail.test (operator; at the page only),
            erin@other.test (owner of ${otherOrganization.id})
  clients   organization.$ACME (or any other organization's id), server
Paste these into a shell:
  KEYTRAIL=${url}
  ACME=${organization.id}
  ITEM=${item.id}
  # (tokens, an hour long)
  ALICE=${tokens.user}
  KEY=${tokens.organization}
  SERVER=${tokens.server}

Then any of these. Alice looks at an item, and her client reports it:
  curl -sS $KEYTRAIL/collect -H "Authorization: Bearer $ALICE" ${json} -d '${viewed}'
The organization's log, as Alice sees it:
  curl -sS $KEYTRAIL/organizations/$ACME/events -H "Authorization: Bearer $ALICE"
The same as a SIEM reads it, with the organization's key; then as a feed, in order of arrival:
  curl -sS $KEYTRAIL/public/events -H "Authorization: Bearer $KEY"
  curl -sS "$KEYTRAIL/public/events/feed?cursor=begin&limit=5" -H "Authorization: Bearer $KEY"
What the alert rules found in it: someone guessed Dave's password, and copied all that he can see:
  curl -sS "$KEYTRAIL/organizations/$ACME/alerts?level=critical,high" -H "Authorization: Bearer $ALICE"
A server reports a changed policy:
  curl -sS $KEYTRAIL/events -H "Authorization: Bearer $SERVER" ${json} -d '${changed}'
Every route, for tools:
  curl -sS $KEYTRAIL/openapi.yaml
A new token, for anyone:
  curl -sS ${issuer}/connect/token -d grant_type=password -d username=bob@demo.test -d password=demo

The event log as a page; ${signInIssuer === undefined ? 'sign in as alice@demo.test' : `people sign in at ${signInIssuer}`}:
  ${url}/
`
}

/** Where the vault's tokens come from, and where people sign in if that is elsewhere. */
type OwnIssuers = { readonly tokens: string; readonly signInIssuer: string | undefined }

/** The text for a start that trusts an issuer of the developer's own: without tokens, since nobody here can make them. */
export function plainBanner({ url, options }: Running, { tokens, signInIssuer }: OwnIssuers): string {
  return `
Keytrail is running. Ctrl-C ends it.

  app       ${url}
  storage   ${storage(options)}
  tokens    from ${tokens}, since ${options.ownIssuer} is set:
            no local identity server and no demo data${signInIssuer === undefined ? '' : `\n  page      ${url}/, where people sign in at ${signInIssuer}`}

The events of a user, with a token of that issuer in TOKEN:
  curl -sS ${url}/events -H "Authorization: Bearer $TOKEN"
`
}

function storage({ storagePort, dataDir }: StartOptions): string {
  return `http://127.0.0.1:${storagePort} (blob), ${storagePort + 1} (queue), ${storagePort + 2} (table); its data is in ${dataDir}`
}
