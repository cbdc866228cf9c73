// Which endpoint URLs may be saved, judged by their text; the addresses behind their names are checked on each attempt. Pure.
import * as v from 'valibot'

/** Longest URL, in UTF-16 units. */
export const urlCharsMax = 2_000
/** Lower ports belong to other services, except those of http and https. */
export const portMin = 1_024

/** `allowLoopback`: a local installation also sends to this machine, even over http, and for any kind of target. */
export type UrlRules = { readonly allowLoopback: boolean }

/** What is wrong with the host or path of a URL for one kind of target; undefined if nothing is. It holds no part of the URL. */
export type HostRule = (url: URL) => string | undefined

const anyHost: HostRule = () => undefined

/** What is wrong with a URL, in words that follow the property's name and hold no part of the URL; undefined if nothing is. */
export function urlProblem(
  text: string,
  { allowLoopback }: UrlRules,
  hostRule: HostRule = anyHost,
): string | undefined {
  if (text.length > urlCharsMax) return 'is too long'
  const url = URL.parse(text)
  if (!url || /[\s\\]/.test(text)) return 'is not a URL'
  const isLocal = isLoopback(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal && allowLoopback)) return 'must be https'
  if (url.username || url.password) return 'must not hold a user or password'
  if (text.includes('#')) return 'must not hold a fragment'
  if (url.port !== '' && url.port !== '443' && Number(url.port) < portMin) return 'is on a port that is not allowed'
  if (isLocal) return allowLoopback ? undefined : 'must not be this machine'
  return hostRule(url)
}

/** An endpoint's URL in a request; without one, the stored URL stays. */
export const endpointUrl = (rules: UrlRules, hostRule?: HostRule) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check(
        (text) => urlProblem(text, rules, hostRule) === undefined,
        (issue) => urlProblem(issue.input, rules, hostRule) ?? '',
      ),
    ),
  )

/** The host of a URL without a problem, with its port unless that is the usual one. */
export const hostOf = (url: string): string => new URL(url).host

/** Whether a URL's host name means this machine. The URL parser has already normalized every notation of an address. */
export const isLoopback = (hostname: string): boolean =>
  /^(?:.*\.)?localhost\.?$/.test(hostname) || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === '[::1]'
