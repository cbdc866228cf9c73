// Which build this is. The bundler writes version and commit in; sources that run as they are have neither.
declare const __KEYTRAIL_VERSION__: string
declare const __KEYTRAIL_COMMIT__: string

export const version = typeof __KEYTRAIL_VERSION__ === 'string' ? __KEYTRAIL_VERSION__ : 'development'
export const commit = typeof __KEYTRAIL_COMMIT__ === 'string' ? __KEYTRAIL_COMMIT__ : 'unknown'
