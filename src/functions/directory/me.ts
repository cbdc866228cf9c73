// GET /me: who the caller is.
import { type Authenticate, unauthorized } from '../http/authenticate.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { NoQuery, readQuery } from '../http/query.ts'
import { ok, respondTo } from '../http/responses.ts'

/** The caller as the token says; null for a name or an e-mail that it does not. */
export const readMe = ({ authenticate }: { readonly authenticate: Authenticate }): Handler =>
  endpoint(async (request) => {
    const caller = await authenticate(request.headers, 'api')
    if (caller.kind === 'refused') return unauthorized(caller)

    const query = readQuery(request, NoQuery)
    if (query.kind === 'invalid') return respondTo(query)

    const { userId, name = null, email = null, isOperator } = caller
    return ok({ object: 'caller', userId, name, email, isOperator })
  })
