// The event-log page as files. The bundler writes those that scripts/build-web.ts makes in; sources that run as they are have none.
declare const __KEYTRAIL_WEB__: WebFiles

/** A file as it is served, and the same compressed ahead of time, in base64: a start compresses nothing. */
export type WebFile = {
  readonly type: string
  /** Hash of the content: 16 hex digits. */
  readonly hash: string
  readonly text: string
  readonly brotli: string
  readonly gzip: string
}

/** `assets` by names that hold a hash of the content, so that the content of a name never changes. */
export type WebFiles = { readonly index: WebFile; readonly assets: Readonly<Record<string, WebFile>> }

/** The files of the page; undefined outside a bundle. */
export const webFiles: WebFiles | undefined = typeof __KEYTRAIL_WEB__ === 'undefined' ? undefined : __KEYTRAIL_WEB__
