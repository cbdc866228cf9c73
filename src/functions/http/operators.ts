// Wraps the routes that only operators may call.
import type { HttpRequest, HttpResponseInit } from '@azure/functions'
import type * as v from 'valibot'
import { may } from '../../domain/directory/authorize.ts'
import type { UserPrincipal } from '../../domain/directory/principal.ts'
import { type Authenticate, unauthorized } from './authenticate.ts'
import { endpoint, type Handler } from './endpoint.ts'
import { NoQuery, type QuerySchema, readQuery } from './query.ts'
import { notFound, respondTo } from './responses.ts'

type OperatorPorts = { readonly authenticate: Authenticate }

type Work<P, Q> = (request: HttpRequest, ports: P, caller: UserPrincipal, query: Q) => Promise<HttpResponseInit>

const noFacts = { organizations: new Map(), providers: new Map(), unreadable: new Set<never>() }

/** A route for operators; 404 for all others. It takes no query parameters. */
export const forOperators = <P extends OperatorPorts>(work: Work<P, unknown>) => forOperatorsWith(NoQuery, work)

/** The same for a route that takes these query parameters. */
export const forOperatorsWith =
  <P extends OperatorPorts, const S extends QuerySchema>(schema: S, work: Work<P, v.InferOutput<S>>) =>
  (ports: P): Handler =>
    endpoint(async (request) => {
      const caller = await ports.authenticate(request.headers, 'api')
      if (caller.kind === 'refused') return unauthorized(caller)

      if (!may(caller, { kind: 'operate' }, noFacts)) return notFound()
      const query = readQuery(request, schema)
      if (query.kind === 'invalid') return respondTo(query)

      return work(request, ports, caller, query.value)
    })
