// GET /openapi.yaml: the description of this API, for people and tools. Open to all.
import { openapi } from '../../bundled/openapi.ts'
import { endpoint, type Handler } from '../http/endpoint.ts'
import { notFound } from '../http/responses.ts'

/** Responds with the document as it is (its media type: RFC 9512); without one, 404. */
export const readOpenapi = (text: string | undefined = openapi): Handler =>
  endpoint(async () =>
    text === undefined ? notFound() : { status: 200, headers: { 'Content-Type': 'application/yaml' }, body: text },
  )
