// ASP.NET route templates: literals ignore case; `{id}`, `{id:guid}`, `{x?}`, `{x=1}`, `{*rest}`, and parts mixed in one segment.
import { constraintFor } from './constraints.ts'

export type RouteParams = Readonly<Record<string, string>>

export type RouteTemplate = {
  /**
   * The parameters of a path that the template and its constraints fit; undefined for any other. One trailing slash is ignored. An empty
   * segment (`//`) fits nothing, the root neither, but for one inside what a catch-all takes: as in ASP.NET (RoutePatternMatcher, run).
   */
  match(path: string): RouteParams | undefined
}

type ParsedTemplate = { kind: 'template'; template: RouteTemplate } | { kind: 'invalid'; reason: string }

type Param = { name: string; optional: boolean; fallback: string | undefined; allows: (value: string) => boolean }
type Segment = { kind: 'fixed'; pattern: RegExp; params: Param[] } | { kind: 'rest'; param: Param }

class TemplateError extends Error {}

/** Parses a template without its leading slash; the reason of an invalid one is for people. */
export function parseRouteTemplate(text: string): ParsedTemplate {
  try {
    const segments = splitPath(`/${text}`).segments.map(parseSegment)
    if (segments.slice(0, -1).some((segment) => segment.kind === 'rest'))
      return { kind: 'invalid', reason: `a catch-all must be the last segment of ${text}` }
    return { kind: 'template', template: { match: (path) => matchPath(segments, path) } }
  } catch (error) {
    if (error instanceof TemplateError) return { kind: 'invalid', reason: error.message }
    throw error
  }
}

function parseSegment(text: string): Segment {
  const parts = [...text.matchAll(/\{([^{}]+)\}|([^{}]+)/g)]
  if (parts.map(([part]) => part).join('') !== text || text === '')
    throw new TemplateError(`the route segment "${text}" is not understood`)
  const params = parts.flatMap(([, param]) => (param === undefined ? [] : [parseParam(param)]))
  const catchAll = parts.find(([, param]) => param?.startsWith('*'))
  if (catchAll !== undefined && params[0] !== undefined && parts.length === 1) return { kind: 'rest', param: params[0] }
  if (catchAll !== undefined || (parts.length > 1 && params.some((param) => param.optional)))
    throw new TemplateError(`"${text}": a catch-all or optional parameter must be a segment of its own`)
  const source = parts.map(([, param, literal = '']) => (param === undefined ? escaped(literal) : '(.+)')).join('')
  return { kind: 'fixed', pattern: new RegExp(`^${source}$`, 'is'), params }
}

function escaped(literal: string): string {
  return literal.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function parseParam(text: string): Param {
  const parts = /^\*{0,2}([^:=?*]+)((?::[^:=?]+)*)(?:=(.*)|(\?))?$/.exec(text)
  if (parts === null) throw new TemplateError(`the route parameter {${text}} is not understood`)
  const [, name = '', constraints = '', fallback, optional] = parts
  const checks = constraints
    .split(':')
    .slice(1)
    .map((constraint) => {
      const check = constraintFor(constraint)
      if (check === undefined) throw new TemplateError(`the route constraint "${constraint}" is not known to this host`)
      return check
    })
  const allows = (value: string) => checks.every((check) => check(value))
  return { name, optional: optional !== undefined, fallback, allows }
}

function matchPath(segments: readonly Segment[], path: string): RouteParams | undefined {
  const { segments: parts, trailingSlash } = splitPath(path)
  const found: [string, string][] = []
  const take = (param: Param, value: string) => {
    found.push([param.name, value])
    return param.allows(value)
  }
  for (const [index, segment] of segments.entries()) {
    if (segment.kind === 'rest') {
      if (parts[index] === '') return undefined
      const rest = parts.slice(index).map(decodeSegment).join('/') + (trailingSlash && index < parts.length ? '/' : '')
      return rest === '' || take(segment.param, rest) ? Object.fromEntries(found) : undefined
    }
    const part = parts[index]
    if (part === undefined ? !takeAbsent(segment, take) : !takeFixed(segment, decodeSegment(part), take))
      return undefined
  }
  return parts.length > segments.length ? undefined : Object.fromEntries(found)
}

type Take = (param: Param, value: string) => boolean

function takeFixed({ pattern, params }: { pattern: RegExp; params: Param[] }, part: string, take: Take): boolean {
  const values = pattern.exec(part)?.slice(1)
  return values !== undefined && params.every((param, index) => take(param, values[index] ?? ''))
}

/** A segment that the path lacks: fine when it is one parameter that is optional or has a default. */
function takeAbsent({ params }: { params: Param[] }, take: Take): boolean {
  const [param] = params
  if (param === undefined || params.length > 1) return false
  return param.fallback === undefined ? param.optional : take(param, param.fallback)
}

function splitPath(path: string): { segments: string[]; trailingSlash: boolean } {
  if (path === '/') return { segments: [], trailingSlash: false }
  const trailingSlash = path.endsWith('/')
  return { segments: path.slice(1, trailingSlash ? -1 : undefined).split('/'), trailingSlash }
}

/** Percent-decodes as Kestrel does: an encoded slash stays encoded, a broken sequence stays as it came. */
function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll(/%(?=2f)/gi, '%25'))
  } catch {
    return text
  }
}
