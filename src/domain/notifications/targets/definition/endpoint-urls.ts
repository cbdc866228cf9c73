// Addresses that an integration may send to, as far as the text of one tells: where its name leads is checked at every try, elsewhere. Pure.

/** Longest address, in UTF-16 units. */
export const urlCharsMax = 2_000
/** Below this, only the ports of http and https are for us: the rest are other services'. */
export const portMin = 1_024

/** Whose address it is. Slack's and Teams' are known hosts, a webhook's and a HEC's are anybody's. */
export type UrlOwner = 'slack-webhook' | 'teams' | 'webhook' | 'hec'

/** What a local installation allows: addresses of this machine, over http too, whoever's they should be. */
export type UrlRules = { readonly allowLoopback: boolean }

/** Why an address will not do, in words that follow the member's name and never hold any of it. */
export type UrlProblem =
  | 'is too long'
  | 'is not a URL'
  | 'must be https'
  | 'must not hold a user or password'
  | 'must not hold a fragment'
  | 'is on a port that is not allowed'
  | 'must not be this machine'
  | "is not Slack's"
  | "is not a Teams workflow's"

/** What is wrong with an address; undefined: nothing. */
export function urlProblem(text: string, owner: UrlOwner, { allowLoopback }: UrlRules): UrlProblem | undefined {
  if (text.length > urlCharsMax) return 'is too long'
  const url = URL.parse(text)
  if (!url || /[\s\\]/.test(text)) return 'is not a URL'
  const here = isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here && allowLoopback)) return 'must be https'
  if (url.username || url.password) return 'must not hold a user or password'
  if (text.includes('#')) return 'must not hold a fragment'
  if (url.port !== '' && url.port !== '443' && Number(url.port) < portMin) return 'is on a port that is not allowed'
  if (here) return allowLoopback ? undefined : 'must not be this machine'
  return ownerProblem(url, owner)
}

/** The host of an address that has no problem, with its port where it is not the usual one. */
export const hostOf = (url: string): string => new URL(url).host

// The URL parser has brought every notation of an address into this one.
const isLoopback = (hostname: string) =>
  /^(?:.*\.)?localhost\.?$/.test(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]'

const slackHosts = ['hooks.slack.com', 'hooks.slack-gov.com']

/** Where workflows take posts: Power Automate and Logic Apps in each of Microsoft's clouds, and the older connectors. */
const teamsHosts = [
  'api.powerplatform.com',
  'api.gov.powerplatform.microsoft.us',
  'api.high.powerplatform.microsoft.us',
  'api.appsplatform.us',
  'api.powerplatform.partner.microsoftonline.cn',
  'logic.azure.com',
  'logic.azure.us',
  'logic.azure.cn',
  'webhook.office.com',
]

function ownerProblem({ hostname, pathname, port }: URL, owner: UrlOwner): UrlProblem | undefined {
  if (owner === 'slack-webhook') {
    return slackHosts.includes(hostname) && port === '' && /^\/services\/./.test(pathname)
      ? undefined
      : "is not Slack's"
  }
  if (owner === 'teams') {
    return teamsHosts.some((suffix) => hostname.endsWith(`.${suffix}`)) ? undefined : "is not a Teams workflow's"
  }
  return undefined
}
