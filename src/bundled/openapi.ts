// The API as an OpenAPI document. The bundler writes the text of openapi.yaml in; sources that run as they are do not have it.
declare const __KEYTRAIL_OPENAPI__: string

/** The text of openapi.yaml; undefined outside a bundle. */
export const openapi = typeof __KEYTRAIL_OPENAPI__ === 'string' ? __KEYTRAIL_OPENAPI__ : undefined
