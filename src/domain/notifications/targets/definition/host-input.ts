// A host that an integration names without a URL around it: the same hosts are allowed as in endpoints' URLs. Pure.
import * as v from 'valibot'
import { type HostRule, type UrlRules, urlProblem } from './endpoint-urls.ts'

/** Longest host, in UTF-16 units. */
const hostCharsMax = 254

/** `part` is what the text must be: a `host` with a port where the rules allow one, or the `hostname` alone. */
type Asked = { readonly part: 'host' | 'hostname'; readonly rule?: HostRule; readonly otherwise: string }

/** The input of a host, in lower case; `otherwise` says what is wrong with one that is no host, or that `rule` refuses. */
export const hostInput = (rules: UrlRules, asked: Asked) =>
  v.pipe(
    v.string(),
    v.maxLength(hostCharsMax),
    v.check(
      (host) => problemOf(host, rules, asked) === undefined,
      (issue) => problemOf(issue.input, rules, asked) ?? '',
    ),
    v.toLowerCase(),
  )

function problemOf(host: string, rules: UrlRules, { part, rule, otherwise }: Asked): string | undefined {
  const url = `https://${host}`
  const problem = urlProblem(url, rules, rule)
  if (problem !== undefined) return problem === 'must not be this machine' ? problem : otherwise
  return new URL(url)[part] === host.toLowerCase() ? undefined : otherwise
}
