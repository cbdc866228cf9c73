// The port that seals secrets for storage.

/** Encrypts texts for storage. Synchronous; it needs nothing but its keys. */
export type SecretBox = {
  /**
   * A text that only this box opens, and only for the same `context`: name in it whose secret this is and which one, so
   * that no sealed text can replace another. Sealed twice, the same secret gives two texts.
   */
  readonly seal: (plain: string, context: string) => string
  /** The sealed secret; undefined if the text is damaged, was sealed for another context, or its key is missing. */
  readonly open: (sealed: string, context: string) => string | undefined
  /** Whether a text was sealed with the current key; others should be opened and sealed again. */
  readonly isCurrent: (sealed: string) => boolean
}
